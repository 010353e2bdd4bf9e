const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it stands in an element or a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

/** Text with its `places in code` set as such. */
export function prose(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, (_, code: string) => `<code>${code.replace(/[/#]/g, (sign) => `${sign}<wbr>`)}</code>`);
}

/** A list of texts, in order or not; nothing for none. */
export function list(tag: "ol" | "ul", items: readonly string[]): string {
  return items.length === 0 ? "" : `<${tag}>${items.map((item) => `<li>${prose(item)}</li>`).join("")}</${tag}>`;
}
