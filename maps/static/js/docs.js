/* Starts the API's viewer; no address is taken from the query, and no validator outside is asked. */
"use strict";
import { csrfToken } from "./send.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const place = document.getElementById("api");
window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: false,
  queryConfigEnabled: false,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  requestInterceptor: (request) => {
    if (request.url.startsWith(location.origin)) request.headers["X-CSRF-Token"] = csrfToken();
    return request;
  },
});
document.body.dataset.ready = "true";
