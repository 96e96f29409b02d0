/**
 * Lets xterm apply its styles under the page's content security policy, which forbids style elements and attributes but
 * allows scripts to set styles. Style elements become constructed style sheets, and style attributes become properties.
 */

/** Runs `open`, during which each style element that xterm creates is replaced by a constructed style sheet. */
export function withConstructedSheets(open: () => void): void {
  setStyleByProperty();
  const create = (name: string, options?: ElementCreationOptions) =>
    name === 'style' ? standIn() : Document.prototype.createElement.call(document, name, options);
  Object.defineProperty(document, 'createElement', { value: create, configurable: true });
  try {
    open();
  } finally {
    // Removes the override, which uncovers the prototype's method.
    Reflect.deleteProperty(document, 'createElement');
  }
}

/** An element that renders nothing and whose text sets the text of a style sheet. */
function standIn(): HTMLElement {
  const element = Document.prototype.createElement.call(document, 'template');
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) });
  return element;
}

/** xterm sets 24-bit colors, and colors adjusted for contrast, as a style attribute of a span. */
function setStyleByProperty(): void {
  const setAttribute = function (this: HTMLElement, name: string, value: string) {
    if (name === 'style') this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
  Object.defineProperty(HTMLSpanElement.prototype, 'setAttribute', { value: setAttribute, configurable: true });
}
