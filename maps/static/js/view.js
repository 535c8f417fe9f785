/* The view that a page shows: the filters in force, which live in the address, and who wants to hear when they
 * change without a reload. Layers, figures and the time slider know of each other through this and nothing else.
 *
 *   view.filters()                 a copy of the page's filters, as URLSearchParams
 *   view.change({ from, to })      sets filters (empty, null or undefined: takes them off) and tells everybody
 *   view.onChange(({ filters, changed }) => …)    returns a function that ends the listening
 *   const ask = view.asker(path);  await ask({ zoom: 15 })   what a route answers for the filters in force
 */
"use strict";

const CHANGED = "dualgrid:view";
let filters = new URLSearchParams(location.search);

/* Whoever sends the page's form later sends what is in force now; links that are marked carry it too. */
function follow(changed) {
  for (const name of changed) {
    for (const field of document.querySelectorAll(`form.filters [name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox") field.checked = filters.get(name) === field.value;
      else field.value = filters.get(name) ?? "";
    }
  }
  for (const link of document.querySelectorAll("a[data-carries-view]")) {
    const to = new URL(link.href, location.href);
    for (const name of changed) {
      if (filters.has(name)) to.searchParams.set(name, filters.get(name));
      else to.searchParams.delete(name);
    }
    link.href = to.pathname + to.search + to.hash;
  }
}

export const view = {
  filters: () => new URLSearchParams(filters),

  /* The part after the # stays: it is where the map looks. */
  change(values) {
    const next = new URLSearchParams(filters);
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined || value === null || value === "") next.delete(name);
      else next.set(name, String(value));
    }
    const changed = Object.keys(values).filter((name) => next.get(name) !== filters.get(name));
    if (!changed.length) return;
    filters = next;
    history.replaceState(history.state, "", `${location.pathname}${next.size ? `?${next}` : ""}${location.hash}`);
    follow(changed);
    document.dispatchEvent(new CustomEvent(CHANGED, { detail: { filters: view.filters(), changed } }));
  },

  onChange(callback) {
    const hear = ({ detail }) => callback(detail);
    document.addEventListener(CHANGED, hear);
    return () => document.removeEventListener(CHANGED, hear);
  },

  /* A way to ask one route, of which only the latest answer counts: a new question breaks off the one before.
   * It answers null for what was broken off, and throws what the route refuses or the network cannot bring.
   * `extra` is added to the filters; `part` reads the response (json by default). */
  asker(path, { part = (response) => response.json() } = {}) {
    let underWay = null;
    return async (extra = {}) => {
      underWay?.abort();
      const own = new AbortController();
      underWay = own;
      const query = view.filters();
      for (const [name, value] of Object.entries(extra)) query.set(name, String(value));
      try {
        const response = await fetch(`${path}?${query}`, { signal: own.signal });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        return await part(response);
      } catch (error) {
        if (own.signal.aborted) return null;
        throw error;
      }
    };
  },
};
