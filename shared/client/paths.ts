/** Paths and queries of requests. */

export function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}

export function connectionPath(name: string): string {
  return `/v1/connections/${encodeURIComponent(name)}`;
}

export function queuePath(name: string): string {
  return `/v1/queues/${encodeURIComponent(name)}`;
}

export function schedulePath(ref: string): string {
  return `/v1/schedules/${encodeURIComponent(ref)}`;
}

/** The references in parts that fit into an address: a server takes 16 KB of headers. */
export function inRequests(refs: readonly string[]): string[][] {
  const parts: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const ref of refs) {
    const own = encodeURIComponent(ref).length + '&ref='.length;
    length += own;
    if (length > 8_000) {
      parts.push([]);
      length = own;
    }
    parts.at(-1)?.push(ref);
  }
  return parts;
}

export function queryString(query: Record<string, string | number | readonly string[] | undefined>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) for (const one of [value].flat()) given.append(name, String(one));
  }
  return given.size === 0 ? '' : `?${given}`;
}
