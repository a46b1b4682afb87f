"use strict";
// Texts of the document are only ever set as text, never as markup.
const base = location.pathname.replace(/\/docs\/?$/, "");
const METHODS = ["get", "post", "put", "patch", "delete"];
const el = id => document.getElementById(id);
let key = "";
let api = null;
let saved = "";

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}

// A component's key holds neither slash nor tilde.
function resolved(node) {
  if (!node || typeof node.$ref !== "string") return node;
  return node.$ref.slice(2).split("/").reduce((at, part) => (at === undefined ? undefined : at[part]), api) || {};
}

function refName(schema) {
  return schema && typeof schema.$ref === "string" ? schema.$ref.split("/").pop() : null;
}

function typeText(schema) {
  if (!schema) return "";
  const name = refName(schema);
  if (name) return name;
  if (schema["x-postgresql-type"]) return schema["x-postgresql-type"];
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeText))].join(" or ");
  const types = [].concat(schema.type || []).filter(type => type !== "null");
  if (types[0] === "array") return "list of " + (typeText(schema.items) || "anything");
  if (types[0] === "object" && schema.properties) return "object";
  return types.join(" or ") || "anything";
}

// What stands between backquotes is code; nothing else of Markdown is shown.
function prose(text) {
  return (text || "").split(/(`[^`\n]+`)/).map(part =>
    part.length > 2 && part.startsWith("`") && part.endsWith("`") ? make("code", {}, part.slice(1, -1)) : part);
}

function mark(text, kind) {
  return make("span", { class: "mark" + (kind ? " " + kind : "") }, text);
}

const FOREIGN = /Note:\nThis is a Foreign Key to `([^`]*)`\.<fk [^>]*\/>/g;

function marks(name, schema, required) {
  const text = schema.description || "";
  const found = [];
  if (text.includes("<pk/>")) found.push(mark("primary key", "key"));
  for (const reference of text.matchAll(FOREIGN)) found.push(mark("→ " + reference[1], "key"));
  if ([].concat(schema.type || []).includes("null")) found.push(mark("nullable"));
  if (required.includes(name)) found.push(mark("required"));
  if (schema.readOnly) found.push(mark("read only"));
  if (schema.maxLength !== undefined) found.push(mark("≤ " + schema.maxLength + " characters"));
  if (schema.default !== undefined) found.push(mark("default " + JSON.stringify(schema.default)));
  return found;
}

function plain(text) {
  return (text || "")
    .replace(/Note:\nThis is a Primary Key\.<pk\/>/g, "")
    .replace(FOREIGN, "")
    .replace(/Note:\n/g, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

function enumOf(schema) {
  const labels = schema.enum || (schema.items && schema.items.enum);
  return labels ? "One of " + labels.filter(label => label !== null).map(label => JSON.stringify(label)).join(", ") : "";
}

function table(heads, rows) {
  const head = make("tr", {}, ...heads.map(text => make("th", { scope: "col" }, text)));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

function properties(schema) {
  const required = schema.required || [];
  return Object.entries(schema.properties || {}).map(([name, property]) =>
    make("tr", {},
      make("td", { class: "name" }, name),
      make("td", { class: "type" }, make("code", {}, typeText(property))),
      make("td", { class: "what" },
        make("div", {}, ...marks(name, property, required)),
        ...prose([plain(property.description), enumOf(property)].filter(Boolean).join("\n")))));
}

function columns(schema) {
  const rows = properties(schema);
  return rows.length ? [make("h3", {}, "Columns"), table(["Name", "Type", "What it is"], rows)] : [];
}

function parameterRows(parameters) {
  return parameters.map(parameter =>
    make("tr", {},
      make("td", { class: "name" }, parameter.name),
      make("td", { class: "type" }, make("span", { class: "quiet" }, parameter.in)),
      make("td", { class: "what" },
        parameter.required ? make("div", {}, mark("required")) : "",
        ...prose([parameter.description, enumOf(parameter.schema || {}), parameter.example ? "Such as `" + parameter.example + "`" : ""]
          .filter(Boolean).join("\n")))));
}

function contentText(content) {
  return Object.entries(content || {}).map(([type, media]) => type + " (" + typeText(media.schema) + ")").join("\n");
}

function bodyPart(operation) {
  if (!operation.requestBody) return [];
  const parts = [make("h3", {}, "Body"), make("p", { class: "comment" }, contentText(operation.requestBody.content))];
  const json = operation.requestBody.content["application/json"];
  for (const schema of json ? json.schema.anyOf || [json.schema] : []) {
    if (schema.properties && Object.keys(schema.properties).length) {
      parts.push(table(["Argument", "Type", "What it is"], properties(schema)));
    }
  }
  return parts;
}

function responseRows(responses) {
  return Object.entries(responses).map(([status, given]) => {
    const response = resolved(given);
    const headers = Object.keys(response.headers || {});
    return make("tr", {},
      make("td", { class: "status" }, status),
      make("td", { class: "what" }, ...prose(response.description),
        headers.length ? make("div", { class: "quiet" }, "Headers: " + headers.join(", ")) : "",
        response.content ? make("div", { class: "quiet" }, contentText(response.content)) : ""));
  });
}

function trial(path, parameters) {
  const required = parameters.filter(parameter => parameter.in === "query" && parameter.required);
  const paged = parameters.some(parameter => parameter.name === "limit" && parameter.in === "query");
  const query = required.map(parameter => encodeURIComponent(parameter.name) + "=");
  if (paged) query.push("limit=5");
  const input = make("input", { spellcheck: "false", "aria-label": "Address under rest/v1" });
  input.value = path.replace("{id}", "1") + (query.length ? "?" + query.join("&") : "");
  const answer = make("pre", { hidden: "", tabindex: "0" });
  const form = make("form", { class: "try" },
    make("div", { class: "row" }, make("span", { class: "verb get" }, "GET"), input, make("button", {}, "Send")), answer);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = "…";
    answer.textContent = await sent(input.value);
  });
  return [make("h3", {}, "Try it"), form];
}

async function sent(address) {
  const url = new URL(location.origin + base + "/rest/v1/" + address.replace(/^\/+/, ""));
  const begun = performance.now();
  try {
    const response = await fetch(url, { headers: { apikey: key }, cache: "no-store", credentials: "omit", redirect: "error" });
    const text = await response.text();
    const took = Math.round(performance.now() - begun);
    const head = [response.status + " in " + took + " ms"];
    for (const name of ["content-type", "content-range", "etag", "link"]) {
      if (response.headers.get(name)) head.push(name + ": " + response.headers.get(name));
    }
    return head.join("\n") + "\n\n" + indented(text);
  } catch (failure) {
    return "No answer: " + failure.message;
  }
}

function indented(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function operation(path, item, method) {
  const given = item[method];
  const parameters = [...(item.parameters || []), ...(given.parameters || [])].map(resolved);
  const inside = make("div", { class: "inside" });
  const node = make("details", {},
    make("summary", {}, make("span", { class: "verb " + method }, method.toUpperCase()), make("code", {}, path),
      make("span", { class: "quiet" }, given.summary || "")), inside);
  // Most are never opened.
  node.addEventListener("toggle", () => {
    if (!node.open || inside.hasChildNodes()) return;
    inside.append(
      given.description ? make("p", { class: "comment" }, ...prose(given.description)) : "",
      ...(method === "get" ? trial(path, parameters) : []),
      ...(parameters.length ? [make("h3", {}, "Parameters"), table(["Name", "In", "What it does"], parameterRows(parameters))] : []),
      ...bodyPart(given),
      make("h3", {}, "Answers"), table(["Status", "Meaning"], responseRows(given.responses)));
  });
  return node;
}

function groups() {
  const found = new Map((api.tags || []).map(tag => [tag.name, { tag, operations: [], schema: null, functions: false }]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter(name => item[name])) {
      const group = found.get(item[method].tags[0]);
      group.operations.push([path, item, method]);
      if (path.startsWith("/rpc/")) group.functions = true;
      else group.schema = group.schema || rowSchema(item[method]);
    }
  }
  return [...found.values()].filter(group => group.operations.length);
}

function rowSchema(given) {
  for (const response of Object.values(given.responses)) {
    const json = (resolved(response).content || {})["application/json"];
    if (json) return resolved(json.schema.items || json.schema);
  }
  return null;
}

function section(group, id) {
  const node = make("section", { id },
    make("h2", { class: group.functions ? null : "name" }, group.tag.name),
    make("p", { class: "comment quiet" }, ...prose((group.schema && plain(group.schema.description)) || group.tag.description)),
    ...(group.schema ? columns(group.schema) : []),
    make("h3", {}, "Operations"),
    ...group.operations.map(found => operation(...found)));
  node.dataset.words = (group.tag.name + " " + group.operations.map(found => found[0]).join(" ") + " "
    + Object.keys((group.schema || {}).properties || {}).join(" ")).toLowerCase();
  return node;
}

function show() {
  document.title = api.info.title + " – API reference";
  const content = el("content");
  content.replaceChildren(
    make("h1", {}, api.info.title),
    make("p", { class: "about" }, ...prose(api.info.description)),
    make("code", { class: "server" }, api.servers[0].url));
  const links = { Relations: [], Functions: [] };
  groups().forEach((group, index) => {
    const id = "part-" + index;
    content.append(section(group, id));
    links[group.functions ? "Functions" : "Relations"].push([group, id]);
  });
  el("contents").replaceChildren(...Object.entries(links).filter(([, list]) => list.length).flatMap(([name, list]) => [
    make("h3", {}, name),
    ...list.map(([group, id]) => make("a", { href: "#" + id, title: group.tag.name }, group.functions ? "All functions" : group.tag.name))]));
  el("door").hidden = true;
  el("reference").hidden = false;
}

function search() {
  const wanted = el("search").value.trim().toLowerCase();
  for (const node of document.querySelectorAll("section")) node.hidden = !node.dataset.words.includes(wanted);
  for (const link of document.querySelectorAll("#contents a")) link.hidden = el(link.hash.slice(1)).hidden;
}

function refuse(text) {
  el("refusal").textContent = text;
  el("refusal").hidden = false;
}

async function open(event) {
  event.preventDefault();
  el("refusal").hidden = true;
  const given = el("key").value.trim();
  if (!/^[\x21-\x7e]+$/.test(given)) return refuse("This is no key.");
  try {
    const response = await fetch(base + "/rest/v1/", {
      headers: { apikey: given, Accept: "application/openapi+json" }, credentials: "omit", redirect: "error", cache: "no-store" });
    const text = await response.text();
    if (!response.ok) return refuse(response.status === 404 ? "There is no tenant at this address for this key." : message(text));
    key = given;
    saved = text;
    api = JSON.parse(text);
    el("key").value = "";
    show();
  } catch (failure) {
    refuse("No answer: " + failure.message);
  }
}

function message(text) {
  try { return JSON.parse(text).message; } catch { return "The document cannot be read."; }
}

function leave() {
  key = "";
  api = null;
  saved = "";
  document.title = "API reference";
  el("content").replaceChildren();
  el("contents").replaceChildren();
  el("search").value = "";
  el("reference").hidden = true;
  el("door").hidden = false;
  el("key").focus();
}

function save() {
  const url = URL.createObjectURL(new Blob([saved], { type: "application/json" }));
  make("a", { href: url, download: "openapi.json" }).click();
  URL.revokeObjectURL(url);
}

el("key-form").addEventListener("submit", open);
el("search").addEventListener("input", search);
el("leave").addEventListener("click", leave);
el("save").addEventListener("click", save);
