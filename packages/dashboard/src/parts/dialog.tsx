import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Escape does not close it: what it shows, or what is under way in it, is shown once. */
  readonly isKept?: boolean;
}

/** A dialog over the page. The browser keeps the focus in it, closes it on Escape, and gives the focus back. */
export function Dialog({ title, onClose, isKept = false, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    const before = document.activeElement;
    current?.showModal();
    return () => {
      current?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const cancel = (event: Event): void => {
    event.preventDefault();
    if (!isKept) onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={cancel}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly words: string;
  readonly act: string;
  readonly isDanger?: boolean;
  readonly problem: string | undefined;
  readonly isBusy: boolean;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done. */
export function Confirm({ title, words, act, isDanger = false, problem, isBusy, onAct, onClose }: ConfirmProps): VNode {
  return (
    <Dialog title={title} onClose={onClose} isKept={isBusy}>
      <p>{words}</p>
      {problem === undefined ? undefined : <p class="message bad" role="alert">{problem}</p>}
      <div class="row end">
        <button type="button" disabled={isBusy} onClick={onClose}>Cancel</button>
        <button type="button" class={isDanger ? "danger" : "main"} disabled={isBusy} onClick={onAct}>{act}</button>
      </div>
    </Dialog>
  );
}
