/**
 * An expression for a page: the least contrast (WCAG 2) between a text that is seen and what lies behind it, the text it
 * belongs to, and how many texts were measured.
 */
export const contrastIn = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  let [least, of, texts] = [99, '', 0];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const style = getComputedStyle(element);
    if (!node.textContent.trim() || element.closest('script, style, title, .where, .same')) continue;
    if (element.getClientRects().length === 0) continue;
    const inSvg = element instanceof SVGElement;
    const [front, back] = [light(rgba(inSvg ? style.fill : style.color)), light(behind(element))];
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    texts += 1;
    if (contrast < least) [least, of] = [contrast, element.className + ': ' + node.textContent];
  }
  return { least, of: String(of), texts };
})()`;
