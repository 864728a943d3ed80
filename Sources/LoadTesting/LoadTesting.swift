/// The load on a cluster as values: when requests are due, what they ask for, what is measured of them, and how that
/// is told.
///
/// A ``Workload`` says what the n-th request is, an ``ArrivalSchedule`` when it is due, a ``LoadRecorder`` takes what
/// happened to it, and a ``LoadResult`` with its JSON and its ``LatencyPlot`` comes out. Who sends the requests is
/// `Client`.
///
/// Invariants: the same seed gives the same requests at the same times, whatever the answers are. No clock and no wire
/// here: moments come in. In an open loop a latency counts from the moment at which its request was due, never from
/// when it was sent, so that a slow server cannot slow the clock that judges it.
enum LoadTesting {}
