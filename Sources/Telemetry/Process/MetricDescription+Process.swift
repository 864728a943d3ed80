extension MetricDescription {
  static let ofProcess = [
    buildInfo, processStart, processTime, processResident, processVirtual, processDescriptors,
  ]

  static let buildInfo = MetricDescription(
    "octavo_build_info", .gauge, labels: ["version"], "Always 1; which version runs.")
  static let processStart = MetricDescription(
    "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
  static let processTime = MetricDescription(
    "process_cpu_seconds_total", .counter, "Processor time of user and system that the process has used.")
  static let processResident = MetricDescription(
    "process_resident_memory_bytes", .gauge, "Memory of the process that is resident.")
  static let processVirtual = MetricDescription(
    "process_virtual_memory_bytes", .gauge, "Address space of the process.")
  static let processDescriptors = MetricDescription(
    "process_open_fds", .gauge, "Open file descriptors of the process.")
}
