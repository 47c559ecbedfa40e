// The browsable API description: three documents, their operations, and trying them.

import { Schemas } from "/docs/schema.js";

const DOORS = [["user", "Readers"], ["mp", "Editors"], ["mis", "Operators"]];
const VERBS = ["get", "post", "put", "patch", "delete"];
const LOCKS = { token: "login", refreshToken: "refresh token" };

const find = (selector) => document.querySelector(selector);
const state = { door: "user", document: null, schemas: null };

/** An element with attributes and children; text goes in as text, never as markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const tokenKey = () => `token:${state.door}`;

function renderDoors() {
  const tabs = DOORS.map(([door, title]) => make("button", {
    type: "button", role: "tab", "aria-selected": String(door === state.door),
    onclick: () => { location.hash = `#/${door}`; },
  }, title));
  find(".doors").replaceChildren(...tabs);
}

async function load(door) {
  state.door = door;
  renderDoors();
  find(".token-text").value = sessionStorage.getItem(tokenKey()) ?? "";
  try {
    const answer = await fetch(`/openapi/${door}.json`);
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    state.document = await answer.json();
  } catch (error) {
    find("main").replaceChildren(make("p", { class: "note" }, `Cannot load the document: ${error.message}`));
    return;
  }
  state.schemas = new Schemas(state.document);
  render();
}

function* operations() {
  const wanted = find(".search").value.trim().toLowerCase();
  for (const [path, verbs] of Object.entries(state.document.paths)) {
    for (const verb of VERBS.filter((each) => verbs[each])) {
      const operation = { path, verb, ...verbs[verb] };
      const text = `${verb} ${path} ${operation.summary} ${operation.tags.join(" ")}`.toLowerCase();
      if (wanted.split(/\s+/).every((word) => text.includes(word))) yield operation;
    }
  }
}

function render() {
  const groups = new Map();
  for (const operation of operations()) {
    const tag = operation.tags[0];
    groups.set(tag, [...(groups.get(tag) ?? []), operation]);
  }
  const sections = [...groups].map(([tag, members]) => make("section", { id: `tag-${tag}` },
    make("h2", {}, tag, make("small", {}, ` ${members.length}`)), members.map(renderOperation)));
  const links = [...groups].map(([tag, members]) => make("div", {},
    make("strong", {}, tag),
    members.map((each) => make("a", { href: `#/${state.door}/${each.operationId}`, title: each.summary },
      badge(each.verb), make("span", {}, each.path)))));
  const empty = Object.keys(state.document.paths).length ? "Nothing found." : "This door has no operations yet.";
  find("main").replaceChildren(...(sections.length ? sections : [make("p", { class: "note" }, empty)]));
  find(".contents").replaceChildren(...links);
  openFromAddress();
}

const badge = (verb) => make("b", { class: `verb ${verb}` }, verb.toUpperCase());

function renderOperation(operation) {
  const lock = operation.security.flatMap(Object.keys).map((name) => LOCKS[name] ?? name)[0];
  const optional = operation.security.some((each) => !Object.keys(each).length);
  const card = make("details", { class: "operation", id: operation.operationId },
    make("summary", {}, badge(operation.verb), make("code", {}, operation.path),
      make("span", { class: "what" }, operation.summary),
      lock ? make("span", { class: "lock" }, optional ? `${lock} optional` : lock) : null));
  card.addEventListener("toggle", () => {
    if (card.open && card.children.length === 1) card.append(renderBody(operation));
  });
  return card;
}

function renderBody(operation) {
  const body = operation.requestBody?.content ?? {};
  const json = body["application/json"]?.schema;
  return make("div", { class: "body" },
    operation.parameters.length ? [make("h3", {}, "Parameters"), table(parameterRows(operation))] : null,
    json ? [make("h3", {}, "Body"), table([...state.schemas.members(json)])] : null,
    body["multipart/form-data"] ? make("h3", {}, "Body: a form with files") : null,
    make("h3", {}, "Answers"),
    Object.entries(operation.responses).map(([status, answer]) => renderAnswer(status, answer)),
    renderTrial(operation, body));
}

const parameterRows = (operation) => operation.parameters.map((each) => ({
  name: each.name, depth: 0, type: state.schemas.type(each.schema), required: each.required,
  note: [each.in, each.schema.default != null ? `default ${each.schema.default}` : "",
    each.schema.description ?? ""].filter(Boolean).join(" · "),
}));

function table(rows) {
  return make("div", { class: "table" }, rows.map((row) => make("div", { class: `row depth${Math.min(row.depth, 5)}` },
    make("code", { class: "name" }, row.name, row.required ? make("i", { title: "required" }, "*") : ""),
    make("span", { class: "type" }, row.type), make("span", { class: "hint" }, row.note))));
}

function renderAnswer(status, answer) {
  const target = answer.$ref ? state.document.components.responses.Error : answer;
  const data = target.content?.["application/json"]?.schema?.properties?.data;
  const rows = data ? [...state.schemas.members(data)] : [];
  const head = [make("b", { class: `status s${status[0]}` }, status), ` ${answer.description ?? target.description} `,
    data ? make("span", { class: "type" }, `data: ${state.schemas.type(data)}`) : null];
  if (!rows.length) return make("p", { class: "answer" }, head);
  return make("details", { class: "answer", open: "" }, make("summary", {}, head), table(rows));
}

function renderTrial(operation, body) {
  const inputs = operation.parameters.map((each) => field(each.name, each.required, make("input", {
    name: each.name, "data-in": each.in, placeholder: state.schemas.type(each.schema), autocomplete: "off",
  })));
  const json = body["application/json"]?.schema;
  const form = body["multipart/form-data"]?.schema;
  const files = form ? Object.keys(state.schemas.resolve(form).properties ?? {}) : [];
  const text = json && make("textarea", { name: "body", rows: 8, spellcheck: "false" },
    JSON.stringify(state.schemas.example(json), null, 2));
  const output = make("div", { class: "output" });
  return make("form", { class: "trial", onsubmit: (event) => {
    event.preventDefault();
    send(operation, event.target, output);
  } }, make("h3", {}, "Try it"), inputs, text ? field("JSON body", false, text) : null,
    files.map((name) => field(name, false, make("input", { type: "file", name, "data-in": "file" }))),
    make("button", { type: "submit" }, `Send ${operation.verb.toUpperCase()}`), output);
}

const field = (label, required, input) =>
  make("label", {}, make("span", {}, label, required ? make("i", {}, " *") : ""), input);

function request(operation, form) {
  const server = state.document.servers[0].url.replace(/\/$/, "");
  const query = new URLSearchParams();
  const headers = {};
  const files = new FormData();
  let path = operation.path;
  for (const input of form.querySelectorAll("[data-in]")) {
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.in === "query" && input.value) query.set(input.name, input.value);
    else if (input.dataset.in === "header" && input.value) headers[input.name] = input.value;
    else if (input.dataset.in === "file" && input.files[0]) files.set(input.name, input.files[0]);
  }
  const token = find(".token-text").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method: operation.verb.toUpperCase(), headers };
  if (form.elements.body) {
    options.body = form.elements.body.value;
    headers["Content-Type"] = "application/json";
  } else if ([...files].length) options.body = files;
  return [`${server}${path}${query.size ? `?${query}` : ""}`, options];
}

async function send(operation, form, output) {
  const [url, options] = request(operation, form);
  const button = form.querySelector("button");
  button.disabled = true;
  const began = performance.now();
  try {
    const answer = await fetch(url, options);
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    output.replaceChildren(
      make("p", {}, make("b", { class: `status s${String(answer.status)[0]}` }, String(answer.status)),
        ` ${took} ms · ${options.method} `, make("code", {}, url)),
      make("pre", {}, pretty(text)));
    adopt(text);
  } catch (error) {
    output.replaceChildren(make("p", { class: "note" }, `No answer: ${error.message}`));
  } finally {
    button.disabled = false;
  }
}

/** JSON indented and coloured; the literals themselves stay as sent, long numbers too. */
function pretty(text) {
  let depth = 0;
  const parts = [];
  const newline = () => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  try { JSON.parse(text); } catch { return [text || "(empty)"]; }
  tokens.forEach((token, at) => {
    const empty = "}]".includes(tokens[at + 1]);
    if ("{[".includes(token)) { depth += empty ? 0 : 1; parts.push(token, empty ? "" : newline()); }
    else if ("}]".includes(token)) {
      if ("{[".includes(tokens[at - 1])) parts.push(token);
      else { depth -= 1; parts.push(newline(), token); }
    }
    else if (token === ",") parts.push(token, newline());
    else if (token === ":") parts.push(": ");
    else if (token[0] !== '"') parts.push(make("span", { class: "literal" }, token));
    else parts.push(make("span", { class: tokens[at + 1] === ":" ? "key" : "text" }, token));
  });
  return parts;
}

/** A login's token is used from then on. */
function adopt(text) {
  const token = /"token":"([\w.-]+)"/.exec(text)?.[1];
  if (!token) return;
  find(".token-text").value = token;
  rememberToken();
}

function rememberToken() {
  const token = find(".token-text").value.trim();
  sessionStorage.setItem(tokenKey(), token);
  find(".token").classList.toggle("set", token !== "");
}

function openFromAddress() {
  find(".token").classList.toggle("set", find(".token-text").value !== "");
  const card = document.getElementById(location.hash.split("/")[2] ?? "");
  if (!card) return;
  card.open = true;
  card.scrollIntoView({ block: "start" });
}

function follow() {
  const door = location.hash.split("/")[1];
  const known = DOORS.some(([each]) => each === door) ? door : "user";
  if (known !== state.door || !state.document) load(known);
  else openFromAddress();
}

find(".search").addEventListener("input", render);
find(".token-text").addEventListener("input", rememberToken);
addEventListener("hashchange", follow);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, textarea")) return;
  event.preventDefault();
  find(".search").focus();
});
follow();
