// A signature drawn on this device: strokes of whole numbers, carried by the form.
(() => {
  "use strict";
  document.querySelectorAll("[data-draw]").forEach((pad) => {
    const field = pad.parentElement.querySelector("input[type=hidden]");
    const canvas = pad.querySelector("canvas");
    const pen = canvas.getContext("2d");
    let strokes = [], stroke = null;
    try { strokes = JSON.parse(field.value || "[]"); } catch { strokes = []; }
    const show = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.lineWidth = 3;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(canvas).color;
      strokes.forEach((line) => {
        pen.beginPath();
        for (let i = 0; i < line.length; i += 2) pen.lineTo(line[i], line[i + 1]);
        pen.stroke();
      });
    };
    const add = (event) => {
      const box = canvas.getBoundingClientRect();
      const at = (part, size) => Math.max(0, Math.min(size, Math.round(part * size)));
      stroke.push(at((event.clientX - box.left) / box.width, canvas.width), at((event.clientY - box.top) / box.height, canvas.height));
      show();
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      strokes.push(stroke = []);
      add(event);
    });
    canvas.addEventListener("pointermove", (event) => stroke && add(event));
    const end = () => { stroke = null; field.value = JSON.stringify(strokes); };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    pad.querySelector("button").addEventListener("click", () => { strokes = []; end(); show(); });
    pad.hidden = false;
    pad.nextElementSibling.hidden = true;
    show();
  });
})();
