/* Says in the page's words why a change was not made. */
"use strict";

export const notSaved = (words, why) => words.failed + words.colon + why;

/* What the service says of a change that it refuses; `named` is what the page calls the field at fault, if it has it. */
export function refused(words, problem, named = () => "") {
  const faults = (problem.errors ?? []).map(({ where, reason }) =>
    [named(where), reason].filter(Boolean).join(words.colon));
  return notSaved(words, faults.join(words.between) || problem.detail || "");
}
