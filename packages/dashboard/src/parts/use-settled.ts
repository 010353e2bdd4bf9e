import { useEffect, useRef, useState } from "preact/hooks";

/** A value that changes at most once in so many milliseconds: what is costly to draw follows at its own pace, and never misses the last. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  const newest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  newest.current = value;
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setSettled(newest.current);
    }, ms);
  }, [value, ms]);
  useEffect(() => () => { clearTimeout(timer.current); }, []);
  return settled;
}
