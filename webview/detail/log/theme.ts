/** xterm options that match the theme and settings of the editor's terminal. */
import type { ITerminalOptions, ITheme } from '@xterm/xterm';

const colors = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** Minimum contrast of text, the same as the default of the editor's terminal (WCAG AA). */
const contrast = 4.5;
/** Minimum contrast in high-contrast themes (WCAG AAA). */
const highContrast = 7;

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Colors from the editor's CSS variables. `read` returns the value of a variable, or an empty text if it isn't set. */
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
  // xterm has defaults for missing colors, but not for undefined ones.
  return Object.fromEntries(Object.entries(theme).filter(([, value]) => value !== undefined));
}

/** Colors, fonts and screen reader mode. `classes`: the classes that the editor sets on the page's body. */
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
