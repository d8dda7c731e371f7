// Loaded before every suite: an unhandled rejection anywhere is a failure of the run.
process.on("unhandledRejection", (reason) => {
  console.error("Unhandled rejection:", reason);
  process.exitCode = 1;
  throw reason;
});
