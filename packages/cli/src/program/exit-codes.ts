/** What the codes mean with which the command ends. */
export const EXIT_CODES = `Exit codes:
  0   done; a service was chosen; nothing stands in the way (doctor)
  1   problems found (validate, doctor); a bundle is invalid (verify, explain); a replay differs (replay);
      the log has findings (log); a copy is damaged (backup --verify); a scenario did not end as announced (demo)
  2   the input or the command line cannot be used: a file, a key, an address, an option. The error says what to do
  3   refused: no service was admissible (route, explain, decision); the log has no overlap with what is asked (whatif, tune)
  70  a fault of the program
  130 interrupted before it was done`;
