"use strict";
const $ = (id) => document.getElementById(id);
const SILENT = 12000; // Milliseconds without a word after which the connection is taken for dead.
const cases = new Map();
let source, heard = 0, end = null, connected = false, over = false;

function text(id, value) { if ($(id).textContent !== value) $(id).textContent = value; }

function lost(what) {
  connected = false;
  text("connection", what);
  $("connection").className = "lost";
  enable();
}

function connect() {
  if (source) source.close();
  heard = Date.now();
  source = new EventSource("events");
  source.onmessage = (event) => { heard = Date.now(); show(JSON.parse(event.data)); };
  source.onerror = () => {
    if (over) return;
    lost(source.readyState === EventSource.CLOSED
      ? "This run has ended, or this link is not its own."
      : "The connection is lost. Trying again…");
  };
}

function show(now) {
  connected = true;
  if (now.fresh) { cases.clear(); $("cases").replaceChildren(); }
  now.ended.forEach(add);
  over = now.over && !now.errands.length;
  text("connection", over ? "The run has ended." : "");
  $("connection").className = "";
  text("systems", now.systems || "OCPP conformance run");
  const rest = now.rest && !over ? `, about ${now.rest} left` : "";
  text("progress", now.cases ? `${cases.size} of ${now.cases} cases${rest}` : "");
  $("bar").max = now.cases || 1;
  $("bar").value = cases.size;
  text("place", over ? "" : [now.case, now.place].filter(Boolean).join(" · "));
  const asks = now.asks && !now.hands ? `asks the operator: ${now.asks}` : "";
  text("waits", over || now.errands.length ? "" : asks || now.waits);
  end = now.left === null || over ? null : Date.now() + now.left * 1000;
  count();
  if (now.hands) errands(now);
  document.title = `${now.errands.length ? "● " : ""}${now.case || "OCPP conformance run"}`;
  if (over) { source.close(); }
}

function add(ended) {
  cases.set(ended.id, ended);
  const item = document.createElement("li");
  item.className = ended.verdict.replace(" ", "-");
  const verdict = document.createElement("b");
  verdict.textContent = ended.verdict;
  const why = ended.verdict === "PASS" ? ended.title : ended.reason;
  const reason = document.createElement("div");
  reason.textContent = why;
  item.append(verdict, ` ${ended.id}`, reason);
  $("cases").prepend(item);
  const counts = {};
  cases.forEach((each) => { counts[each.verdict] = (counts[each.verdict] || 0) + 1; });
  text("counts", Object.entries(counts).map(([name, n]) => `${n} ${name}`).join(", "));
}

function errands(now) {
  const wanted = new Set(now.errands.map((each) => String(each.id)));
  for (const card of [...$("errands").children]) if (!wanted.has(card.dataset.id)) card.remove();
  for (const each of now.errands) {
    const known = [...$("errands").children].find((card) => card.dataset.id === String(each.id));
    const card = known || put(each);
    card.querySelector(".skip").hidden = !now.skippable;
  }
  enable();
}

function put(errand) {
  const card = $("errand").content.firstElementChild.cloneNode(true);
  const find = (selector) => card.querySelector(selector);
  card.dataset.id = errand.id;
  find("h3").textContent = errand.do;
  const yes = errand.sees === "true or false";
  find(".yes").hidden = !yes;
  find(".seen").hidden = !errand.sees || yes;
  find(".sees").textContent = errand.sees && !yes ? `(${errand.sees})` : "";
  find(".do").hidden = yes;
  if (errand.sees) { find(".do").textContent = "Answer"; find(".do").dataset.how = "seen"; }
  card.querySelectorAll("button").forEach((button) => {
    button.onclick = () => pressed(card, button);
  });
  $("errands").append(card);
  return card;
}

async function pressed(card, button) {
  const how = button.dataset.how;
  if (how === "skip" && !button.classList.contains("sure")) {
    button.classList.add("sure");
    button.textContent = "Skip it: it will be NOT RUN";
    return;
  }
  const seen = button.dataset.text || card.querySelector("textarea").value;
  const why = card.querySelector(".why").value;
  card.dataset.sent = "1";
  enable();
  try {
    const response = await fetch("answer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ errand: Number(card.dataset.id), how, text: how === "seen" ? seen : why }),
    });
    if (response.ok || response.status === 409) return; // It goes with the next news.
  } catch { /* The connection is gone: the answer can be given again. */ }
  delete card.dataset.sent;
  enable();
}

function enable() {
  for (const card of $("errands").children) {
    const off = !connected || Boolean(card.dataset.sent);
    card.querySelectorAll("button").forEach((button) => { button.disabled = off; });
  }
}

function count() {
  const left = end === null ? null : Math.max(0, Math.round((end - Date.now()) / 1000));
  const minutes = Math.floor(left / 60), seconds = String(left % 60).padStart(2, "0");
  text("left", left === null ? "" : `${minutes}:${seconds} left`);
}

setInterval(() => {
  count();
  if (!over && Date.now() - heard > SILENT) { lost("The connection is lost. Trying again…"); connect(); }
}, 250);
document.addEventListener("visibilitychange", () => { if (!document.hidden && !over) connect(); });
$("red").onchange = () => $("cases").classList.toggle("only-red", $("red").checked);
connect();
