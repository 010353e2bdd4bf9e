import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";

interface FileFieldProps {
  readonly name: string;
  readonly title: string;
  /** Bytes. */
  readonly most: number;
  /** What was given; undefined when it was taken away. */
  readonly onContent: (content: string | Uint8Array<ArrayBuffer> | undefined) => void;
  readonly takesDrops?: boolean;
}

/** A file, chosen or dropped, or its text. */
export function FileField({ name, title, most, onContent, takesDrops = false }: FileFieldProps): VNode {
  const id = useId();
  const [chosen, setChosen] = useState("");
  const [over, setOver] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const bytes = new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
    setChosen(`${file.name}, ${String(Math.ceil(file.size / 1024))} KiB`);
    onContent(bytes);
  };
  const drops = takesDrops
    ? {
      onDragOver: (event: DragEvent): void => { event.preventDefault(); setOver(true); },
      onDragLeave: (): void => { setOver(false); },
      onDrop: (event: DragEvent): void => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files[0]); },
    }
    : {};
  return (
    <div class={over ? "field over" : "field"} data-field={name} {...drops}>
      <label for={`${id}-file`}>{title}</label>
      <input id={`${id}-file`} type="file" onChange={({ currentTarget }) => { void take(currentTarget.files?.[0]); }} />
      <label for={`${id}-text`} class="soft">or its text</label>
      <textarea id={`${id}-text`} rows={3} spellcheck={false} autocomplete="off" maxLength={most + 1} onChange={({ currentTarget: { value } }) => { setChosen(""); onContent(value.trim() === "" ? undefined : value); }} />
      {chosen === "" ? undefined : <p class="soft">{chosen}</p>}
    </div>
  );
}
