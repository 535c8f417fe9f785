/* How far long work is: a box with words, a count and a bar. */
"use strict";

/* `progress` is (what, done, of) as the service tells it, null when there is no work; `said` is what it is called. */
export function tellProgress(box, progress, said) {
  box.hidden = !progress;
  if (!progress) return;
  const counted = new Intl.NumberFormat(document.documentElement.lang);
  const bar = box.querySelector("progress");
  box.querySelector("[data-said]").textContent = said;
  box.querySelector("[data-count]").textContent = progress.of ? `${counted.format(progress.done)} / ${counted.format(progress.of)}` : "";
  if (progress.of) {
    bar.max = progress.of;
    bar.value = progress.done;
  } else bar.removeAttribute("value");
}
