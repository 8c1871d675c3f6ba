// What the pages need beyond Material: search that finds Chinese and works from a folder, a language switch that keeps
// the place, and tables that are reached by keyboard only where they scroll. Loaded in the head, before Material's bundle.

// From a folder (file:) a browser refuses workers, so the search runs in a hidden frame that looks like one. Material's
// worker knows this arrangement by the name IFrameWorker.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.scope = frame.contentWindow;
      this.waiting = [];
      const page = this.scope.document;
      const script = page.createElement("script");
      script.src = url;
      script.onload = () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach(data => this.deliver(data));
      };
      this.scope.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }));
      page.body.append(script);
    }

    deliver(data) {
      this.scope.dispatchEvent(new this.scope.MessageEvent("message", { data }));
    }

    postMessage(data) {
      if (this.waiting) this.waiting.push(data);
      else this.deliver(data);
    }

    terminate() {}
  }
  window.IFrameWorker = window.Worker = IFrameWorker;
}

// A query is cut into words before it is looked up, as the index is: between Chinese and Latin, and inside Chinese. A
// message of type 2 is a query in the protocol of Material's worker.
{
  const segmenter = window.Intl?.Segmenter && new Intl.Segmenter("zh", { granularity: "word" });
  const cut = run => (segmenter ? Array.from(segmenter.segment(run), part => part.segment).join(" ") : run);
  const split = query =>
    query
      .replace(/\p{sc=Han}(?=[A-Za-z0-9])|[A-Za-z0-9%](?=\p{sc=Han})/gu, "$& ")
      .replace(/\p{sc=Han}{3,}/gu, cut);
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const query = message?.type === 2 && typeof message.data === "string";
    return post.call(this, query ? { ...message, data: split(message.data) } : message, ...rest);
  };
}

// The switch links to the same page in the other language; a click also keeps the section and is remembered.
addEventListener("click", event => {
  const link = event.target.closest?.("a.md-select__link[hreflang]");
  if (!link) return;
  event.stopImmediatePropagation();
  try {
    localStorage.setItem("sopgen.language", link.hreflang);
  } catch {
    // Storage may be closed to a page in a folder.
  }
  link.hash = location.hash;
}, true);

// A box that does not scroll is no stop on the way through the page; one that does shows that there is more.
addEventListener("DOMContentLoaded", () => {
  const update = box => {
    const hidden = box.scrollWidth - box.clientWidth;
    const scrolls = hidden > 0;
    box.classList.toggle("sop-table--scrolls", scrolls);
    box.classList.toggle("sop-table--more", hidden - box.scrollLeft > 1);
    if (scrolls) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  };
  const watch = new ResizeObserver(entries => entries.forEach(entry => update(entry.target)));
  for (const box of document.querySelectorAll(".sop-table")) {
    watch.observe(box);
    box.addEventListener("scroll", () => update(box), { passive: true });
  }
});
