import type { VNode } from "preact";

import { fieldOf } from "./key-forms.ts";
import type { KnownKey } from "./use-keys.ts";

interface KeyFormProps {
  /** The key whose limits are set; absent: a new key is asked for. */
  readonly of?: KnownKey;
  readonly currency: string;
  readonly problem: string | undefined;
  readonly isBusy: boolean;
  readonly act: string;
  readonly onSubmit: (form: FormData) => void;
  readonly onClose: () => void;
}

/** Who a key is for and what it may do; or its limits alone. */
export function KeyForm({ of, currency, problem, isBusy, act, onSubmit, onClose }: KeyFormProps): VNode {
  return (
    <form class="fields" noValidate onSubmit={(event) => { event.preventDefault(); onSubmit(new FormData(event.currentTarget)); }}>
      {of === undefined ? <Whose /> : undefined}
      <fieldset>
        <legend>Limits; an empty field is none</legend>
        <div class="pairs">
          <label>{`Budget a day (${currency})`}<input name="day" inputMode="decimal" defaultValue={fieldOf(of?.day?.limit_micros)} /></label>
          <label>{`Budget a month (${currency})`}<input name="month" inputMode="decimal" defaultValue={fieldOf(of?.month?.limit_micros)} /></label>
          <label>Requests a minute<input name="minute" inputMode="numeric" defaultValue={String(of?.requests_per_minute ?? "")} /></label>
          <label>Requests at once<input name="concurrent" inputMode="numeric" defaultValue={String(of?.concurrent_requests ?? "")} /></label>
        </div>
      </fieldset>
      <p role="alert" class={problem === undefined ? "unseen" : "message bad"}>{problem}</p>
      <div class="row end">
        <button type="button" disabled={isBusy} onClick={onClose}>Cancel</button>
        <button type="submit" class="main" disabled={isBusy}>{act}</button>
      </div>
    </form>
  );
}

function Whose(): VNode {
  return (
    <>
      <div class="pairs">
        <label>Whose it is<input name="subject" required autoComplete="off" placeholder="support-desk" /></label>
        <label>Tenant<input name="tenant" required autoComplete="off" placeholder="acme" /></label>
        <label>Trust, 0 to 10<input name="trust" type="number" min="0" max="10" defaultValue="2" /></label>
        <label>Region, if it has one<input name="region" autoComplete="off" placeholder="eu" /></label>
        <label>Last day, if it ends<input name="end" type="date" /></label>
      </div>
      <label>Permissions, with commas<input name="permissions" autoComplete="off" placeholder="chat" /></label>
    </>
  );
}
