/* Asks the service for a change: the one way to do so, since it must show that a page of ours asks. */
"use strict";

export const csrfToken = () => document.querySelector("meta[name=csrf-token]").content;

/* As fetch(), with the page's token. */
export const send = (url, options) =>
  fetch(url, { ...options, headers: { ...options.headers, "X-CSRF-Token": csrfToken() } });

/* Posts a form and tells `progress` its part from 0 to 1, as only XMLHttpRequest can. The answer is JSON, or null. */
export const sendForm = (url, form, progress) =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => done({ status: request.status, json: request.response });
    request.onerror = request.ontimeout = failed;
    request.send(form);
  });
