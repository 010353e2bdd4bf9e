/// <reference lib="dom" />
import { byId } from "./element.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A thing that is chosen as a file, dropped, or pasted as text. What came last counts. */
export interface InputField {
  /** Takes a file as if it had been chosen. */
  readonly take: (file: File) => void;
  /** The text, or the file's first bytes, one more than `longest` at the most; undefined for nothing. */
  readonly read: () => Promise<string | Bytes | undefined>;
  readonly focus: () => void;
}

/** The field whose elements have the ids `<id>-file`, `<id>-text` and `<id>-chosen`; `longest` in bytes. */
export function inputField(id: string, longest: number): InputField {
  const picker = byId(`${id}-file`, HTMLInputElement);
  const area = byId(`${id}-text`, HTMLTextAreaElement);
  const chosen = byId(`${id}-chosen`, HTMLParagraphElement);
  let file: File | undefined;
  const take = (taken: File): void => {
    file = taken;
    area.value = "";
    chosen.textContent = `${taken.name}, ${sizeText(taken.size)}`;
  };
  picker.addEventListener("change", () => {
    const [picked] = picker.files ?? [];
    if (picked !== undefined) take(picked);
  });
  area.addEventListener("input", () => {
    file = undefined;
    picker.value = "";
    chosen.textContent = area.value === "" ? "Nothing yet." : `Pasted text, ${sizeText(area.value.length)}`;
  });
  return {
    take,
    read: async () => {
      if (file !== undefined) return new Uint8Array(await file.slice(0, longest + 1).arrayBuffer());
      const text = area.value.trim();
      return text === "" ? undefined : text;
    },
    focus: () => {
      picker.focus();
    },
  };
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
