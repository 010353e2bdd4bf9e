import { HashingEncoder, ValueEstimator } from "@caio/control";
import { fitValueModel, readOutcomesCsv } from "../../src/index.ts";

const prices = new Map([["small", { inputPrice: 0.1, outputPrice: 0.1 }], ["big", { inputPrice: 1, outputPrice: 1 }]]);
const table = readOutcomesCsv("prompt,small,big\nWhat is 3 + 4?,0,1\nWhat is 17 + 5?,0,1\nHello there,1,1\nGood morning,1,1\n", prices);

const encoder = new HashingEncoder();
const model = fitValueModel(table, table.prompts.map((prompt) => encoder.features(prompt)), {
  encoderId: encoder.id,
  pairs: table.models.map(({ id }) => ({ service: id, model: null })),
  neighbours: 2,
});
const estimator = new ValueEstimator(model);
const { values } = estimator.estimate(encoder.features("What is 9 + 2?"));
for (const [place, { service }] of model.pairs.entries()) console.log(service, values[place]); // micros
