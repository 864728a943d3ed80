import Core
import LoadTesting
import Testing

@Suite struct WorkloadTests {
  @Test func aRequestDependsOnSeedAndNumberAlone() throws {
    var settings = WorkloadSettings()
    settings.promptTokens = .uniform(1...50)
    settings.outputTokens = .logNormal(median: 20, percentile99: 90)
    settings.cancelledFraction = 0.5
    settings.tenants = 3
    let one = try Workload(settings, contextLength: 1_024, vocabularySize: 2_048)
    let other = try Workload(settings, contextLength: 1_024, vocabularySize: 2_048)
    // Asked for in another order.
    let backwards = (0..<40).reversed().map { other.request($0) }.reversed()
    let forwards = (0..<40).map { one.request($0) }
    #expect(forwards == Array(backwards))
    #expect(Set(forwards.map(\.samplingSeed)).count == 40)
    settings.seed = 2
    let reseeded = try Workload(settings, contextLength: 1_024, vocabularySize: 2_048)
    #expect(reseeded.request(7) != one.request(7))
    #expect(reseeded.prompt(of: reseeded.request(7)) != one.prompt(of: one.request(7)))
  }

  @Test func promptsBeginWithTheirGroupsPrefix() throws {
    var settings = WorkloadSettings()
    settings.seed = 5
    settings.promptTokens = .constant(6)
    settings.sharedPrefixTokens = 4
    settings.prefixGroups = 3
    let workload = try Workload(settings, contextLength: 100, vocabularySize: 2_048)
    let requests = (0..<60).map { workload.request($0) }
    let prompts = requests.map { workload.prompt(of: $0) }
    #expect(prompts.allSatisfy { $0.count == 10 && $0.allSatisfy { $0 < 2_048 } })
    #expect(requests.allSatisfy { $0.promptTokens == 10 && !$0.isClipped })
    // Three prefixes, each always with the same group; after it every prompt is its own.
    #expect(Set(requests.map(\.prefixGroup)) == [0, 1, 2])
    let pairs = Set(zip(requests, prompts).map { "\($0.prefixGroup) \($1.prefix(4))" })
    #expect(pairs.count == 3 && pairs.contains("1 [1471, 1393, 1887, 1794]"))
    #expect(Set(prompts.map { $0.suffix(6) }).count == 60)
    #expect(Array(prompts[0].suffix(6)) == [592, 1_108, 28, 1_231, 2_000, 1_822])
  }

  @Test(arguments: [
    // prompt, output, prefix; what fits a context of 100
    (10, 20, 0, 10, 20), (80, 20, 0, 80, 20), (81, 20, 0, 80, 20), (200, 20, 0, 80, 20), (200, 90, 0, 50, 50),
    (10, 200, 0, 10, 90), (60, 60, 0, 50, 50), (10, 20, 70, 80, 20), (11, 20, 70, 81, 19), (1, 1, 98, 99, 1),
    (5, 5, 98, 99, 1),
  ])
  func lengthsAreClippedToTheContext(own: Int, output: Int, prefix: Int, prompt: Int, answer: Int) throws {
    var settings = WorkloadSettings()
    settings.promptTokens = .constant(own)
    settings.outputTokens = .constant(output)
    settings.sharedPrefixTokens = prefix
    let planned = try Workload(settings, contextLength: 100, vocabularySize: 10).request(0)
    #expect((planned.promptTokens, planned.outputTokens) == (prompt, answer))
    #expect(planned.isClipped == (prefix + own != prompt || output != answer))
  }

  @Test func cancellationsAreTheFractionAndBeforeTheEnd() throws {
    var settings = WorkloadSettings()
    settings.outputTokens = .constant(8)
    settings.cancelledFraction = 0.25
    let workload = try Workload(settings, contextLength: 1_024, vocabularySize: 10)
    let after = (0..<20_000).compactMap { workload.request($0).cancelledAfter }
    // 4.5 standard errors.
    #expect(abs(after.count - 5_000) < 275)
    #expect(Set(after) == Set(0..<8))
    settings.cancelledFraction = 0
    let never = try Workload(settings, contextLength: 1_024, vocabularySize: 10)
    #expect((0..<1_000).allSatisfy { never.request($0).cancelledAfter == nil })
  }

  @Test func lengthsComeFromATrace() throws {
    let trace = try ArrivalTrace("0,5,6\n1,70,80\n".utf8, name: "t")
    let workload = try Workload(WorkloadSettings(), contextLength: 100, vocabularySize: 10, trace: trace)
    #expect((workload.request(0).promptTokens, workload.request(0).outputTokens) == (5, 6))
    #expect((workload.request(1).promptTokens, workload.request(1).outputTokens) == (50, 50))
    #expect(workload.request(1).isClipped)
  }

  @Test func badSettingsAreRefusedByName() {
    func refusal(_ change: (inout WorkloadSettings) -> Void) -> String? {
      var settings = WorkloadSettings()
      change(&settings)
      let error = #expect(throws: OctavoError.self) {
        try Workload(settings, contextLength: 100, vocabularySize: 10)
      }
      #expect(error?.code == .invalidArgument)
      return error.map { String($0.message.prefix { $0 != " " }) }
    }
    #expect(refusal { $0.sharedPrefixTokens = 99 } == "--shared-prefix")
    #expect(refusal { $0.sharedPrefixTokens = -1 } == "--shared-prefix")
    #expect(refusal { ($0.sharedPrefixTokens, $0.prefixGroups) = (1 << 24, 4_096) } == "--shared-prefix")
    #expect(refusal { $0.prefixGroups = 0 } == "--prefix-groups")
    #expect(refusal { $0.prefixGroups = 2 } == "--prefix-groups")
    #expect(refusal { $0.tenants = -1 } == "--tenants")
    #expect(refusal { $0.priority = 11 } == "--priority")
    #expect(refusal { $0.cancelledFraction = 1.5 } == "--cancel")
    #expect(refusal { $0.cancelledFraction = .nan } == "--cancel")
    #expect(refusal { $0.temperature = .infinity } == "--temperature")
    #expect(refusal { $0.continuations = 129 } == "--continuations")
  }
}
