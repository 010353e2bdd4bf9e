import { answerQuestion, type Question } from "../verification/index.ts";

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void answerQuestion(data).then((message) => {
    postMessage(message);
  });
});
