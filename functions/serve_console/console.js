// The owner's page: asks for plans, keeps the chosen ones, reports their results. No framework, no tracking.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const won = (value) => `${Number(value).toLocaleString("ko-KR")}원`;
const BAND_NAMES = { low: "적은 예산", medium: "중간 예산", high: "큰 예산" };
const TYPE_NAMES = { online: "온라인", offline: "오프라인" };
const SOURCE_NAMES = { claude: "맞춤 추천", stale: "최근 추천", catalog: "기본 추천" };
const PROVENANCE_NAMES = { published: "공개 사례", observed: "실제 결과", illustrative: "참고용 예", planned: "내 계획" };
const STATUS_NAMES = { planned: "예정", running: "진행 중", ended: "끝남", result_due: "결과를 적어 주세요", measured: "결과 확인", withdrawn: "취소됨" };

let lastRequest = null;
let lastAnswer = null;

async function call(method, path, body, headers = {}) {
  const options = { method, headers: { ...headers } };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("연결할 수 없습니다. 인터넷 연결을 확인하고 다시 시도해 주세요.");
  }
  const content = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    const details = (content.details ?? []).map((detail) => `· ${detail.message}`);
    throw new Error([content.error ?? "요청을 처리할 수 없습니다.", ...details].join("\n"));
  }
  return content;
}

function show(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}

function listItem(text, url) {
  const item = document.createElement("li");
  if (url && /^https?:\/\//.test(url)) {
    const link = document.createElement("a");
    Object.assign(link, { href: url, textContent: text, target: "_blank", rel: "noopener noreferrer" });
    item.append(link);
  } else {
    item.textContent = text;
  }
  return item;
}

function figure(list, name, value, extra) {
  const box = document.createElement("div");
  const term = document.createElement("dt");
  const definition = document.createElement("dd");
  term.textContent = name;
  definition.textContent = value;
  if (extra) {
    const small = document.createElement("small");
    small.textContent = extra;
    definition.append(small);
  }
  box.append(term, definition);
  list.append(box);
}

function planCard(plan) {
  const card = $("#plan-card").content.cloneNode(true).firstElementChild;
  $(".band", card).textContent = `${BAND_NAMES[plan.budget]} · ${TYPE_NAMES[plan.type]}`;
  $(".badge", card).textContent = SOURCE_NAMES[plan.source] ?? plan.source;
  $("h3", card).textContent = plan.title;
  $(".prize", card).textContent = plan.prize;
  $(".participation", card).textContent = plan.participation;
  const numbers = $(".numbers", card);
  const range = (pair, unit) => (pair ? `${pair[0].toLocaleString("ko-KR")}~${pair[1].toLocaleString("ko-KR")}${unit}` : "");
  figure(numbers, "예상 참여", `${plan.expectedParticipants.toLocaleString("ko-KR")}명`, range(plan.participantsRange, "명"));
  figure(numbers, "비용", won(plan.cost));
  figure(numbers, plan.numbers === "assumed" ? "예상 ROI (가정)" : "예상 ROI", `${plan.roi}%`, range(plan.roiRange, "%"));
  if (plan.lossChance !== null && plan.lossChance >= 0.2) {
    $(".caution", card).textContent = `비용을 다 못 건질 가능성이 ${Math.round(plan.lossChance * 100)}% 정도 있습니다.`;
  }
  for (const notice of plan.notices ?? []) $(".notices ul", card).append(listItem(notice));
  for (const source of plan.basis ?? []) {
    $(".basis ul", card).append(listItem(`${source.title} (${PROVENANCE_NAMES[source.provenance] ?? source.provenance})`, source.url));
  }
  $("button", card).addEventListener("click", () => choose(plan));
  return card;
}

function render(answer) {
  lastAnswer = answer;
  show($("#message"), answer.metadata.message);
  const trends = $("#trends");
  trends.replaceChildren();
  for (const [name, text] of [["업종", answer.data.trends.industry], ["지역", answer.data.trends.location], ["계절", answer.data.trends.season]]) {
    figure(trends, name, text);
  }
  $("#plans").replaceChildren(...answer.data.recommendations.map(planCard));
  const seconds = answer.metadata.processingTime;
  $("#measured").textContent = `${seconds < 0.1 ? "0.1초 안에" : `${seconds.toFixed(1)}초 만에`} 준비했습니다.`;
  $("#answer").hidden = false;
}

async function recommend(request) {
  const waiting = $("#waiting");
  const buttons = document.querySelectorAll("#ask button, #again button");
  show($("#ask-problem"), null);
  $("#answer").hidden = true;
  waiting.hidden = false;
  buttons.forEach((button) => { button.disabled = true; });
  const started = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    $("progress", waiting).value = seconds;
    $("output", waiting).textContent = `${Math.floor(seconds)}초`;
  }, 200);
  try {
    render(await call("POST", "/recommendations", request));
  } catch (error) {
    show($("#ask-problem"), error.message);
  } finally {
    clearInterval(timer);
    waiting.hidden = true;
    buttons.forEach((button) => { button.disabled = false; });
  }
}

$("#ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const form = new FormData(submitted.target);
  lastRequest = {
    eventPurpose: form.get("purpose"),
    storeInfo: { industry: form.get("industry"), address: form.get("address") },
  };
  recommend(lastRequest);
});

$("#again").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const reason = new FormData(submitted.target).get("reason");
  recommend({ ...lastRequest, regenerate: { recommendationId: lastAnswer.data.recommendationId, reason } });
});

function suggest(input, list, path) {
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const query = input.value.trim();
    if (!query) return;
    waiting = setTimeout(async () => {
      try {
        const { data } = await call("GET", `${path}?q=${encodeURIComponent(query)}`);
        list.replaceChildren(...data.items.map((item) => Object.assign(document.createElement("option"), { value: item.label })));
      } catch {
        list.replaceChildren(); // suggestions are a convenience: typing goes on without them
      }
    }, 200);
  });
}
suggest($("[name=industry]"), $("#industries"), "/lookups/industries");
suggest($("[name=address]"), $("#regions"), "/lookups/regions");

function ask(dialog, save) {
  const form = $("form", dialog);
  const problem = $(".problem", dialog);
  show(problem, null);
  form.onsubmit = async (submitted) => {
    if (submitted.submitter?.value !== "ok") return;
    submitted.preventDefault();
    try {
      await save(Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== "")));
      dialog.close();
    } catch (error) {
      show(problem, error.message);
    }
  };
  dialog.showModal();
}

function choose(plan) {
  const dialog = $("#choose");
  const form = $("form", dialog);
  for (const name of ["title", "prize", "participation"]) form.elements[name].value = plan[name];
  const key = crypto.randomUUID();
  ask(dialog, async (fields) => {
    await call("POST", "/events", { recommendationId: lastAnswer.data.recommendationId, option: plan.id, ...fields }, { "Idempotency-Key": key });
    open("events");
  });
}

function eventItem(event) {
  const item = document.createElement("li");
  const heading = Object.assign(document.createElement("h3"), { textContent: event.title });
  const status = Object.assign(document.createElement("span"), { className: "badge", textContent: STATUS_NAMES[event.status] ?? event.status });
  const text = Object.assign(document.createElement("p"), { textContent: `${event.prize} — ${event.participation}` });
  const row = Object.assign(document.createElement("div"), { className: "row" });
  item.append(status, heading, text);
  if (event.result) {
    const summary = `참여 ${event.result.actualParticipants.toLocaleString("ko-KR")}명 · 비용 ${won(event.result.actualCost)} · ROI ${Math.round(event.result.actualRoi)}%`;
    item.append(Object.assign(document.createElement("p"), { textContent: summary }));
  }
  if (event.status !== "withdrawn") {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: event.result ? "결과 고쳐 적기" : "결과 적기" });
    button.addEventListener("click", () => report(event));
    row.append(button);
    item.append(row);
  }
  return item;
}

function report(event) {
  const key = crypto.randomUUID();
  ask($("#report"), async (fields) => {
    const numbers = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Number(value)]));
    await call("POST", `/events/${encodeURIComponent(event.eventId)}/performance`, numbers, { "Idempotency-Key": key });
    await loadEvents();
  });
}

async function loadEvents() {
  try {
    const { data } = await call("GET", "/events");
    $("#event-list").replaceChildren(...data.items.map(eventItem));
    $("#events-empty").hidden = data.items.length > 0;
    show($("#events-problem"), null);
  } catch (error) {
    show($("#events-problem"), error.message);
  }
}

function open(name) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const selected = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", String(selected));
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !selected;
  }
  if (name === "events") loadEvents();
}
for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => open(tab.getAttribute("aria-controls")));
}
