/* Photos of a matter: sent one by one with their progress, shown large, removed. What could not be sent stays, with
   the reason, until it is sent again or left. */
"use strict";
import { notSaved, refused } from "./refusal.js";
import { send, sendForm } from "./send.js";

const place = document.querySelector("[data-photos]");
const words = JSON.parse(document.getElementById("photo-words").textContent);
const shots = place.querySelector(".shots");
const sending = place.querySelector(".sending");

const said = (problem) =>
  words[problem.errors?.[0]?.code] ?? words[problem.code] ?? refused(words, problem);

/* Sends one file; `progress` is told its part from 0 to 1. */
async function post(file, progress) {
  const form = new FormData();
  form.append("photos", file);
  const { status, json } = await sendForm(place.dataset.photos, form, progress).catch(() => { throw words.unreachable; });
  if (status !== 201) throw said(json ?? {});
  return json.attachments;
}

function queue(file) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const reason = document.createElement("span");
  const again = document.createElement("button");
  const leave = document.createElement("button");
  name.textContent = words.sending;
  reason.className = "fault";
  again.type = leave.type = "button";
  again.textContent = words.again;
  leave.textContent = words.leave;
  leave.className = "quiet";
  leave.addEventListener("click", () => line.remove());
  line.append(name, bar);
  sending.append(line);
  const go = async () => {
    line.replaceChildren(name, bar);
    bar.removeAttribute("value");
    try {
      const added = await post(file, (part) => { bar.value = part; });
      line.remove();
      added.forEach(show);
      if (added.some((each) => each.hint) && !busy()) location.reload();
    } catch (why) {
      reason.textContent = why;
      line.replaceChildren(reason, again, leave);
    }
  };
  again.addEventListener("click", go);
  go();
}

/* Whether somebody has begun what a new page would lose: a step that is open, or words. */
const busy = () => document.querySelector(".next details[open], dialog[open]") !== null ||
  [...document.querySelectorAll("textarea")].some((field) => field.value.trim() !== "");

function show(added) {
  if (shots.querySelector(`[data-picture="${added.picture}"]`)) return;
  const line = document.createElement("li");
  const shot = document.createElement("button");
  const image = document.createElement("img");
  shot.type = "button";
  shot.className = "shot";
  shot.dataset.picture = added.picture;
  shot.dataset.removable = "";
  image.src = added.thumbnail;
  image.alt = words.photo;
  shot.append(image);
  line.append(shot);
  shots.append(line);
}

for (const field of place.querySelectorAll("input[type=file]")) {
  field.addEventListener("change", () => {
    [...field.files].forEach(queue);
    field.value = "";
  });
}

addEventListener("beforeunload", (event) => {
  if (sending?.children.length) event.preventDefault();
});

/* One at a time, large. */
const large = place.querySelector("dialog");
const all = () => [...shots.querySelectorAll(".shot")];
let at = 0;

function turn(to) {
  const list = all();
  at = (to + list.length) % list.length;
  const shot = list[at];
  large.querySelector("img").src = shot.dataset.picture;
  large.querySelector("img").alt = shot.querySelector("img").alt;
  large.querySelector(".count").textContent = `${at + 1} / ${list.length}`;
  large.querySelector("[data-remove]").hidden = !("removable" in shot.dataset);
  large.querySelector(".fault").textContent = "";
  for (const button of large.querySelectorAll("[data-turn]")) button.hidden = list.length < 2;
}

shots.addEventListener("click", (event) => {
  const shot = event.target.closest(".shot");
  if (!shot) return;
  turn(all().indexOf(shot));
  large.showModal();
});
large.addEventListener("click", async (event) => {
  const { target } = event;
  if (target === large || "close" in target.dataset) large.close();
  if (target.dataset.turn) turn(at + Number(target.dataset.turn));
  if (!("remove" in target.dataset) || !confirm(words.sure)) return;
  const shot = all()[at];
  try {
    const answer = await send(shot.dataset.picture, { method: "DELETE", headers: { Accept: "application/json" } });
    if (!answer.ok) throw said(await answer.json());
    shot.closest("li").remove();
    if (all().length) turn(at);
    else large.close();
  } catch (why) {
    large.querySelector(".fault").textContent = typeof why === "string" ? why : notSaved(words, words.unreachable);
  }
});
large.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") turn(at - 1);
  if (event.key === "ArrowRight") turn(at + 1);
});
