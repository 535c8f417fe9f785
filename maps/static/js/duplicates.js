/* Offers the matters that may be the same one, where one can be named. */
"use strict";

async function offer(place, field) {
  const answer = await fetch(place.dataset.duplicates, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  for (const each of (await answer.json()).duplicates) {
    const choose = document.createElement("button");
    choose.type = "button";
    choose.className = "quiet";
    choose.textContent = `${each.id} · ${Math.round(each.likeness * 100)}% · ${each.text.slice(0, 40)}`;
    choose.addEventListener("click", () => { field.value = each.id; });
    place.append(choose);
  }
}

for (const place of document.querySelectorAll("[data-duplicates]")) {
  const field = place.closest("form").elements.into;
  // Without an answer the number can still be typed.
  place.closest("details").addEventListener("toggle", () => offer(place, field).catch(() => {}), { once: true });
}
