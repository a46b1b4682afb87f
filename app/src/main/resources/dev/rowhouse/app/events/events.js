"use strict";
// What rows hold is only ever set as text, never as markup.
const base = location.pathname.replace(/\/events\/?$/, "");
const MOST_SHOWN = 200;
const el = id => document.getElementById(id);
let key = "";
let stream = null;
let total = 0;
let paused = false;
let held = [];

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// The lines of a stream come in pieces of any size.
function reader(heard) {
  let rest = "";
  let event = { name: "", data: [] };
  return piece => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        heard(event);
        event = { name: "", data: [] };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") event.name = value;
      else if (field === "data") event.data.push(value);
      else if (field === "id") event.id = value;
      else if (field === "retry" && /^[0-9]+$/.test(value)) event.retry = Number(value);
    }
  };
}

function address() {
  const parts = [];
  const relation = el("relation").value.trim();
  const filter = el("filter").value.trim().replace(/^[?&]+/, "");
  const boxes = [...document.querySelectorAll("#question input[type=checkbox]")];
  const operations = boxes.filter(box => box.checked).map(box => box.value);
  if (relation) parts.push("relation=" + encodeURIComponent(relation));
  if (operations.length && operations.length < boxes.length) parts.push("operation=" + operations.join(","));
  if (filter) parts.push(filter);
  return base + "/events/v1" + (parts.length ? "?" + parts.join("&") : "");
}

function say(kind, text) {
  el("state").className = kind;
  el("state").textContent = text;
}

// Not EventSource: it sends no headers, and a key has no place in an address.
async function follow() {
  if (stream) stream.abort();
  const own = stream = new AbortController();
  const place = { last: "", retry: 1000 };
  el("problem").hidden = true;
  while (stream === own) {
    try {
      say("", "connecting");
      const headers = { apikey: key, Accept: "text/event-stream" };
      if (place.last) headers["Last-Event-ID"] = place.last;
      const response = await fetch(address(), {
        headers, signal: own.signal, cache: "no-store", credentials: "omit", redirect: "error" });
      if (!response.ok) {
        const text = await response.text();
        if (response.status === 410) place.last = "";
        else if (response.status < 500 && response.status !== 429) return fail(own, message(text));
        complain(message(text));
      } else {
        el("problem").hidden = true;
        say("live", "live");
        await read(response.body, own, place);
      }
    } catch (failure) {
      if (stream !== own) return;
      complain(failure.message);
    }
    if (stream !== own) return;
    say("lost", "reconnecting");
    await new Promise(done => setTimeout(done, place.retry));
  }
}

async function read(body, own, place) {
  const decoder = new TextDecoder();
  const take = reader(event => {
    if (event.id) place.last = event.id;
    if (event.retry) place.retry = event.retry;
    if (event.data.length && event.name !== "cut") arrived(event.name, JSON.parse(event.data.join("\n")));
  });
  for (const source = body.getReader(); ;) {
    const { value, done } = await source.read();
    if (done || stream !== own) return;
    take(decoder.decode(value, { stream: true }));
  }
}

function fail(own, text) {
  if (stream === own) stream = null;
  say("lost", "stopped");
  complain(text);
}

function complain(text) {
  el("problem").textContent = text;
  el("problem").hidden = false;
}

function message(text) {
  try {
    const problem = JSON.parse(text);
    return [problem.message, problem.hint].filter(Boolean).join(": ");
  } catch { return "No answer that can be read."; }
}

function arrived(name, event) {
  total++;
  const known = el("relations");
  if (![...known.children].some(option => option.value === event.data.relation)) {
    known.append(make("option", { value: event.data.relation }));
  }
  if (paused) {
    held.push([name, event]);
    held = held.slice(-MOST_SHOWN);
  } else show(name, event);
  count();
}

function count() {
  el("count").textContent = total + (total === 1 ? " event" : " events") + (held.length ? ", " + held.length + " held" : "");
}

function show(name, event) {
  el("nothing").hidden = true;
  const list = el("events");
  const at = new Date(event.time);
  const node = make("li", { class: name + " fresh" },
    make("span", { class: "kind" }, name),
    make("span", { class: "subject name" }, event.subject),
    make("time", { class: "at", datetime: event.time, title: event.time }, at.toLocaleTimeString()),
    ...content(event.data));
  list.prepend(node);
  while (list.children.length > MOST_SHOWN) list.lastChild.remove();
}

function content({ before, after }) {
  if (before && after) return difference(before, after);
  const row = after || before;
  if (!row) return [];
  const mark = after ? "ins" : "del";
  return [table(Object.keys(row).map(name => [name, [make(mark, {}, text(row[name]))]]))];
}

function difference(before, after) {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  const changed = names.filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const same = names.filter(name => !changed.includes(name));
  const parts = [];
  if (changed.length) {
    parts.push(table(changed.map(name => [name, [
      make("del", {}, text(before[name])), make("span", { class: "arrow" }, "→"), make("ins", {}, text(after[name]))]])));
  } else parts.push(make("p", { class: "note" }, "Written again as it was."));
  if (same.length) {
    parts.push(make("details", {}, make("summary", {}, same.length + " unchanged"),
      table(same.map(name => [name, [text(after[name])]]))));
  }
  return parts;
}

function table(rows) {
  return make("table", {}, ...rows.map(([name, parts]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, ...parts))));
}

function text(value) {
  if (value === null || value === undefined) return make("span", { class: "null" }, "null");
  return typeof value === "string" ? value || "“”" : JSON.stringify(value);
}

async function open(event) {
  event.preventDefault();
  el("refusal").hidden = true;
  const given = el("key").value.trim();
  if (!/^[\x21-\x7e]+$/.test(given)) return refuse("This is no key.");
  try {
    const response = await fetch(base + "/rest/v1/", {
      headers: { apikey: given }, credentials: "omit", redirect: "error", cache: "no-store" });
    const text = await response.text();
    if (!response.ok) return refuse(response.status === 404 ? "There is no tenant at this address for this key." : message(text));
    key = given;
    el("key").value = "";
    const paths = Object.keys(JSON.parse(text).paths).filter(path => /^\/[^/]+$/.test(path) && path !== "/");
    el("relations").replaceChildren(...paths.map(path => make("option", { value: decodeURIComponent(path.slice(1)) })));
    el("door").hidden = true;
    el("watch").hidden = false;
    follow();
  } catch (failure) {
    refuse("No answer: " + failure.message);
  }
}

function refuse(text) {
  el("refusal").textContent = text;
  el("refusal").hidden = false;
}

function pause() {
  paused = !paused;
  el("pause").setAttribute("aria-pressed", paused);
  el("pause").textContent = paused ? "Go on" : "Pause";
  if (!paused) {
    held.forEach(event => show(...event));
    held = [];
  }
  count();
}

function clear() {
  total = 0;
  held = [];
  el("events").replaceChildren();
  el("nothing").hidden = false;
  count();
}

function leave() {
  if (stream) stream.abort();
  stream = null;
  key = "";
  clear();
  el("relations").replaceChildren();
  el("relation").value = el("filter").value = "";
  el("watch").hidden = true;
  el("door").hidden = false;
  el("key").focus();
}

el("key-form").addEventListener("submit", open);
el("question").addEventListener("submit", event => { event.preventDefault(); follow(); });
el("pause").addEventListener("click", pause);
el("clear").addEventListener("click", clear);
el("leave").addEventListener("click", leave);
count();
