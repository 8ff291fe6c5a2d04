// Leads through a figure: one part at a time, framed in the picture, the rest of it dimmed.
(() => {
  const phone = matchMedia("(max-width: 600px)");

  const guided = guide => {
    const figure = guide.closest("figure");
    const picture = figure.querySelector("img");
    const parts = [...guide.querySelectorAll("li")];
    const steps = guide.querySelector(".figure-guide-steps");
    const [back, onwards] = steps.querySelectorAll("button");
    const veil = document.createElement("span");
    const frame = veil.appendChild(document.createElement("span"));
    veil.className = "figure-guide-veil";
    veil.setAttribute("aria-hidden", "true");
    steps.hidden = false;
    let at = 0;

    const lay = () => {
      if (!guide.open) return;
      const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = picture;
      Object.assign(veil.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
      const box = parts[at].dataset[phone.matches ? "narrow" : "wide"].split(" ");
      for (const [place, side] of ["left", "top", "width", "height"].entries()) frame.style[side] = `${box[place]}%`;
    };
    const show = step => {
      at = Math.max(0, Math.min(parts.length - 1, step));
      for (const [place, part] of parts.entries()) part.hidden = place !== at;
      steps.querySelector("span").textContent = `${at + 1} / ${parts.length}`;
      back.disabled = at === 0;
      onwards.disabled = at === parts.length - 1;
      lay();
    };

    guide.addEventListener("toggle", () => {
      figure.classList.toggle("is-guided", guide.open);
      if (!guide.open) return veil.remove();
      figure.append(veil);
      show(0);
    });
    steps.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) show(at + Number(button.value));
      if (button?.disabled) (button === back ? onwards : back).focus();
    });
    new ResizeObserver(lay).observe(picture);
    phone.addEventListener("change", lay);
  };

  addEventListener("DOMContentLoaded", () => document.querySelectorAll(".figure-guide").forEach(guided));
})();
