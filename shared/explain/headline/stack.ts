/** Finds the user’s own frames in stack traces. */
import { type Place, placeAt } from './finding.ts';
import { isOwnFile } from './ownCode.ts';

/** A frame of V8: `    at name (file:line:column)`, `    at file:line:column`, also with a `file:` URL. */
const scriptFrame = /^\s*at (?:.*\()?(?:file:\/\/)?([^()\s][^()]*):(\d{1,9}):(\d{1,9})\)?$/;
/** A frame of the JVM: `    at java.base/com.acme.Foo$1.run(Foo.java:12)`. */
const jvmFrame = /^\s*at (?:[\w.@-]+\/{1,2})?([\w$]+(?:\.[\w$]+)*)\.[\w$]+\.[\w$<>]+\((\w+\.\w+):(\d{1,9})\)/;
/** Packages of runtimes, test frameworks and build tools. */
const jvmLibrary =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.(?:junit|opentest4j|hamcrest|assertj|mockito|testng|apache|gradle|codehaus|springframework))(?:\.|$)/;

/** The first own frame of a JavaScript stack in `from` … `to`: the innermost one. */
export function ownScriptFrame(lines: readonly string[], from: number, to: number): Place | null {
  for (let index = from; index < Math.min(to, lines.length); index += 1) {
    const [, file = '', line, column] = scriptFrame.exec(lines[index] ?? '') ?? [];
    if (file !== '' && isOwnFile(file)) return placeAt(file, line, column);
  }
  return null;
}

/** The first own frame of a JVM stack in `from` … `to`, with the path of its package: `com/acme/Foo.java`. */
export function ownJvmFrame(lines: readonly string[], from: number, to: number): Place | null {
  for (let index = from; index < Math.min(to, lines.length); index += 1) {
    const [, owner = '', file = '', line] = jvmFrame.exec(lines[index] ?? '') ?? [];
    if (file === '' || jvmLibrary.test(owner)) continue;
    return placeAt([...owner.split('.'), file].join('/'), line);
  }
  return null;
}
