/** The editor's terminal as its theme and settings have it, in xterm's words. */
import type { ITerminalOptions, ITheme } from '@xterm/xterm';

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** Contrast that is kept between text and what is behind it, as the editor's terminal does by default (WCAG AA). */
const contrast = 4.5;
/** The same in high-contrast themes (WCAG AAA). */
const highContrast = 7;

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Colours by the editor's variables; `read` gives a variable's value, empty when the theme does not set it. */
export function terminalTheme(read: (variable: string) => string): ITheme {
  const first = (...names: string[]) => names.map((name) => read(`--vscode-${name}`)).find((value) => value !== '');
  const theme: ITheme = {
    background: first('terminal-background', 'editor-background'),
    foreground: first('terminal-foreground', 'editor-foreground'),
    selectionBackground: first('terminal-selectionBackground', 'editor-selectionBackground'),
    selectionInactiveBackground: first('terminal-selectionBackground', 'editor-selectionBackground'),
    selectionForeground: first('terminal-selectionForeground'),
    scrollbarSliderBackground: first('scrollbarSlider-background'),
    scrollbarSliderHoverBackground: first('scrollbarSlider-hoverBackground'),
    scrollbarSliderActiveBackground: first('scrollbarSlider-activeBackground'),
  };
  for (const color of colors) {
    theme[color] = first(`terminal-ansi${capital(color)}`);
    theme[`bright${capital(color)}` as `bright${Capitalize<typeof color>}`] = first(
      `terminal-ansiBright${capital(color)}`,
    );
  }
  // xterm has a default for what is not there, but none for what is undefined.
  return Object.fromEntries(Object.entries(theme).filter(([, value]) => value !== undefined));
}

/** How the terminal looks and speaks; `classes` are those the editor gives the page's body. */
export function terminalLook(
  read: (variable: string) => string,
  classes: Pick<DOMTokenList, 'contains'>,
): ITerminalOptions {
  return {
    theme: terminalTheme(read),
    minimumContrastRatio: classes.contains('vscode-high-contrast') ? highContrast : contrast,
    fontFamily: read('--vscode-editor-font-family') || 'monospace',
    fontSize: Number.parseFloat(read('--vscode-editor-font-size')) || 13,
    screenReaderMode: classes.contains('vscode-using-screen-reader'),
  };
}
