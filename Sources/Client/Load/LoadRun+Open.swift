import Core
import LoadTesting

extension LoadRun {
  /// Sends every request when it is due, whatever became of those before.
  func openLoop(_ schedule: ArrivalSchedule, _ exchange: LoadExchange, from start: Moment) async {
    let recorder = exchange.recorder
    await withDiscardingTaskGroup { group in
      for (index, offset) in schedule.enumerated() {
        // Made before it is due, so that making it is no part of its latency.
        let prepared = maker.request(index)
        let due = start.advanced(byNanoseconds: offset)
        if recorder.clock.now < due, (try? await recorder.clock.sleep(until: due)) == nil { return }
        guard let connection = connections.claim(streamsMax: settings.inFlight) else {
          recorder.with { $0.notSent(prepared.planned, due: due) }
          continue
        }
        group.addTask(executorPreference: connections.loop) {
          _ = await exchange.perform(prepared, due: due, on: connection)
        }
      }
    }
  }
}
