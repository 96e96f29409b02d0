/** Tells the user’s own files from those of libraries and runtimes. */

const foreign =
  /(?:^|[\\/])(?:node_modules|site-packages|dist-packages|\.cargo|rustc|rustlib|vendor|jdk\.internal)[\\/]|^node:|^internal[\\/]|^[<[]|[\\/]lib[\\/]python\d|[\\/]go[\\/](?:src|pkg[\\/]mod)[\\/]/;

/** Whether a file is neither part of a library nor of a runtime. */
export function isOwnFile(file: string): boolean {
  return !foreign.test(file);
}
