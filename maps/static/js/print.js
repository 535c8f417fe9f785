/* A printed page says when it was printed. */
"use strict";

const language = document.documentElement.lang;

addEventListener("beforeprint", () => {
  const now = new Date();
  for (const place of document.querySelectorAll("[data-printed-at]")) {
    place.dateTime = now.toISOString();
    place.textContent = now.toLocaleString(language, { dateStyle: "long", timeStyle: "short", timeZone: place.dataset.zone });
  }
});
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
