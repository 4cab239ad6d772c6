// Draws turnover by year from the table beside it. The plotting library is fetched when the first
// plot comes onto the page; without it the table says the same.
const plots = new Map();
let library;

function load(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return library;
}

// Canvas knows no light-dark(): the browser says what a variable comes to.
function colour(holder, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  holder.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.fillStyle = found;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function options(part) {
  const rows = [...part.querySelectorAll("[data-year]")];
  const [bar, quiet, line, text, ground] = [
    "--wf-accent", "--wf-quiet", "--wf-line", "--wf-text", "--wf-raised",
  ].map((name) => colour(part, name));
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(part).fontFamily, color: text },
    grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: "richText",
      trigger: "axis",
      confine: true,
      backgroundColor: ground,
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
      formatter: ([{ dataIndex }]) =>
        `${rows[dataIndex].dataset.year}: ${rows[dataIndex].dataset.words}`,
    },
    xAxis: {
      type: "category",
      data: rows.map((row) => row.dataset.year),
      axisLabel: { color: quiet },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      splitNumber: 3,
      axisLabel: { color: quiet, formatter: (value) => compact.format(value) },
      splitLine: { lineStyle: { color: line } },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 28,
        itemStyle: { color: bar, borderRadius: [3, 3, 0, 0] },
        data: rows.map((row) => Number(row.dataset.amount)),
      },
    ],
  };
}

async function draw(part) {
  const holder = part.querySelector("[data-plot]");
  if (!holder || plots.has(part)) return;
  plots.set(part, null);
  const echarts = await load(part.dataset.turnover);
  holder.hidden = false;
  const plot = echarts.init(holder, null, { renderer: "canvas" });
  plot.setOption(options(part));
  plots.set(part, plot);
  new ResizeObserver(() => plot.resize()).observe(holder);
}

function drawAll() {
  for (const [part, plot] of plots) {
    if (part.isConnected) continue;
    plot?.dispose();
    plots.delete(part);
  }
  for (const part of document.querySelectorAll("[data-turnover]")) draw(part);
}

document.addEventListener("htmx:afterSettle", drawAll);
new MutationObserver(() => {
  for (const [part, plot] of plots) plot?.setOption(options(part));
}).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
drawAll();
