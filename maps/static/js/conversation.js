/* The proposals of a pasted chat: what of them is kept, put together, and sent with one confirmation. */
"use strict";

const form = document.querySelector("form.proposals");
const button = form.querySelector(".confirming button");
const cards = [...form.querySelectorAll(".card[data-lines]")];
const words = JSON.parse(document.getElementById("chat-words").textContent);

const field = (card, name) => card.querySelector(`[data-field=${name}]`);
const kept = (card) => field(card, "keep").checked;
const ticked = () => [...form.querySelectorAll("[data-line]:has(:checked)")].map((each) => Number(each.dataset.line));

/* The card that another is put into: of a chain its end; of a circle the card itself. */
function end(card, seen = new Set()) {
  const into = /^card-(\d+)$/.exec(field(card, "into")?.value ?? "");
  const next = into && cards[into[1]];
  return next && kept(next) && !seen.has(next) ? end(next, seen.add(card)) : card;
}

/* A matter of one card, and of those that are put into it. */
function matterOf(card, all) {
  const value = (name) => field(card, name)?.value.trim() ?? "";
  const into = value("into");
  const answer = value("answer");
  const texts = all.map((each) => field(each, "text"));
  const found = { lines: all.flatMap((each) => each.dataset.lines.split(",").map(Number)) };
  const written = texts.map((each) => each.value.trim()).filter(Boolean).join("\n");
  if (written && texts.some((each) => each.value !== each.defaultValue)) found.text = written;
  if (value("topic")) found.topic = value("topic");
  if (value("place")) found.place = JSON.parse(value("place"));
  if (/^\d+$/.test(into)) found.into = into;
  if (answer) found.answer = answer;
  if (answer && value("settled") && !found.into) found.settled_at = value("settled");
  if (field(card, "ask")?.checked) found.ask_to_move = words.ask;
  return found;
}

function matters() {
  const chosen = new Map();
  for (const card of cards.filter(kept)) {
    const into = end(card);
    chosen.set(into, into === card ? [card, ...(chosen.get(into) ?? [])] : [...(chosen.get(into) ?? []), card]);
  }
  const found = [...chosen].map(([card, all]) => matterOf(card, all));
  return [...found, ...ticked().map((line) => ({ lines: [line] }))];
}

function count() {
  const n = matters().length;
  const { none, one, many } = button.dataset;
  button.textContent = n === 0 ? none : n === 1 ? one : many.replace("{n}", n);
  for (const card of cards) card.classList.toggle("dropped", !kept(card));
}

form.body = () => ({ matters: matters() });
form.addEventListener("change", count);
count();
