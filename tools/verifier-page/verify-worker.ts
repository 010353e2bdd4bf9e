/// <reference lib="dom" />
import { answerQuestion, type Question } from "@caio/dashboard/verification";

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void answerQuestion(data).then((message) => {
    postMessage(message);
  });
});
