/** Times one client's calls: what every JavaScript client here runs through. */

/** Print the least time of a call, in seconds by the clock and of the processor, of fifteen rounds each. */
export async function timed(book, signed) {
  const calls = Number(process.argv[3]);
  const told = { book: await best(book, calls) };
  if (signed !== undefined) told.signed = await best(signed, calls * 3);
  console.log(JSON.stringify(told));
  process.exit(0);
}

async function best(call, calls) {
  for (let turn = 0; turn < calls; turn += 1) await call();
  let [wall, processor] = [Infinity, Infinity];
  for (let round = 0; round < 15; round += 1) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    for (let turn = 0; turn < calls; turn += 1) await call();
    wall = Math.min(wall, (performance.now() - begun) / 1000 / calls);
    const spent = process.cpuUsage(used);
    processor = Math.min(processor, (spent.user + spent.system) / 1e6 / calls);
  }
  return { wall_s: wall, cpu_s: processor };
}
