/**
 * Lets xterm style what it draws under the page's content policy, which forbids style elements and style attributes
 * but not what scripts do to styles: the sheets become constructed ones, and attributes the property of that name.
 */

/** Runs `open`, in which xterm makes its style elements; each stands for a constructed style sheet. */
export function withConstructedSheets(open: () => void): void {
  setStyleByProperty();
  const create = (name: string, options?: ElementCreationOptions) =>
    name === 'style' ? standIn() : Document.prototype.createElement.call(document, name, options);
  Object.defineProperty(document, 'createElement', { value: create, configurable: true });
  try {
    open();
  } finally {
    // What shadowed the prototype's method goes.
    Reflect.deleteProperty(document, 'createElement');
  }
}

/** An element that shows nothing, whose text is the text of a sheet. */
function standIn(): HTMLElement {
  const element = Document.prototype.createElement.call(document, 'template');
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) });
  return element;
}

/** Colours of 24 bits and those adjusted for contrast come as a style attribute of a span. */
function setStyleByProperty(): void {
  const setAttribute = function (this: HTMLElement, name: string, value: string) {
    if (name === 'style') this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
  Object.defineProperty(HTMLSpanElement.prototype, 'setAttribute', { value: setAttribute, configurable: true });
}
