/* The form of a question: the answers of a list stand one a line, a key and its name. */
"use strict";

const form = document.getElementById("question");
const text = (name) => form.elements[name].value.trim();

function answers() {
  return text("values")
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => {
      const [key, ...name] = line.split("=");
      return { key: key.trim(), name: name.join("=").trim() };
    });
}

if (form) {
  const list = () => {
    const field = form.elements.values;
    field.labels[0].hidden = !text("datatype").endsWith("list");
    if (field.labels[0].hidden) field.value = "";
  };
  form.elements.datatype.addEventListener("change", list);
  list();
  form.body = () => ({
    service: text("service"),
    code: text("code"),
    description: text("description"),
    datatype: text("datatype"),
    required: form.elements.required.checked,
    values: answers(),
  });
}
