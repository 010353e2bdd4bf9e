export { HouseCaller, type Answer, type CheckedReceipt } from "./house-caller.ts";
export { openHouse, type House, type HouseOptions, type KeyWanted } from "./open-house.ts";
