import Core
import HeapModule

extension Scheduler {
  /// Pages that a waiting sequence would find computed or promised, and those of them that nobody holds.
  func findShared(_ record: SequenceRecord) -> (pages: Int, idle: Int) {
    guard let pipeline, record.request.sharesPrefixes else { return (0, 0) }
    var place = PrefixPlace.root(record.request.tenant)
    var found = (pages: 0, idle: 0)
    for page in 0..<record.sharablePages {
      guard let tokens = record.tokens(ofPage: page), let node = pipeline.cache.tree.node(tokens, after: place) else {
        break
      }
      if case .computed(let block) = pipeline.cache.tree[node].state, pipeline.cache.isIdle(block) { found.idle += 1 }
      found.pages += 1
      place = .node(node)
    }
    return found
  }

  /// Takes the blocks of the longest prefix that has been computed. Where another sequence is about to compute more
  /// of it, waits; otherwise promises the rest of the known tokens and gets in line for rows.
  mutating func seekPrefix(of sequence: SequenceID) {
    guard var record = sequences[sequence], record.run != nil, pipeline != nil else { return }
    record.run!.awaited = nil
    let awaited = takeShared(&record)
    if let awaited {
      record.run!.awaited = awaited
      pipeline!.cache.wait(sequence, for: awaited)
    } else {
      promiseRest(&record)
      record.run!.sharedCountExpected = record.run!.blocks.count
    }
    change(sequence) { $0 = record }
    if awaited == nil, let ticket = ticket(of: sequence) { prompts.insert(ticket) }
  }

  /// - Returns: the node to wait for, if there is one.
  private mutating func takeShared(_ record: inout SequenceRecord) -> NodeID? {
    while record.run!.blocks.count < record.sharablePages, let place = record.run!.place,
      let tokens = record.tokens(ofPage: record.run!.blocks.count),
      let node = pipeline!.cache.tree.node(tokens, after: place)
    {
      switch pipeline!.cache.tree[node].state {
      case .computed(let block):
        pipeline!.cache.hold(block)
        record.run!.take(shared: block, at: node)
      case .promised(let other):
        // What is less urgent is not waited for.
        guard let priority = sequences[other]?.request.priority, priority >= record.request.priority else {
          record.run!.place = nil
          return nil
        }
        return node
      }
    }
    return nil
  }

  private mutating func promiseRest(_ record: inout SequenceRecord) {
    guard var place = record.run!.place else { return }
    var page = record.run!.blocks.count
    while let tokens = record.tokens(ofPage: page), pipeline!.cache.tree.node(tokens, after: place) == nil {
      let node = pipeline!.cache.promise(tokens, after: place, by: record.request.sequence)
      record.run!.promises.append(node)
      place = .node(node)
      page += 1
    }
  }

  /// Blocks whose last row has left may be read by later microbatches.
  mutating func publishBlocks(of sequence: SequenceID) {
    guard var record = takeOut(sequence) else { return }
    let woken = publish(&record)
    putBack(record)
    for other in woken { seekPrefix(of: other) }
  }

  /// - Returns: who waited for the blocks.
  private mutating func publish(_ record: inout SequenceRecord) -> [SequenceID] {
    var woken: [SequenceID] = []
    while let place = record.run!.place, let tokens = record.tokens(ofPage: record.run!.publishedCount),
      (record.run!.publishedCount + 1) * Limits.tokensPerPage <= record.run!.sentCount
    {
      guard let node = nextNode(of: &record, tokens, after: place) else {
        record.run!.place = nil
        break
      }
      woken += pipeline!.cache.fill(node, with: record.run!.blocks[record.run!.publishedCount])
      record.run!.place = .node(node)
      record.run!.publishedCount += 1
    }
    return woken
  }

  /// The node that the sequence's next block fills; `nil` where another sequence has the same content.
  private mutating func nextNode(
    of record: inout SequenceRecord, _ tokens: ArraySlice<TokenID>, after place: PrefixPlace
  ) -> NodeID? {
    if let promised = record.run!.promises.first {
      record.run!.promises.removeFirst()
      return promised
    }
    guard pipeline!.cache.tree.node(tokens, after: place) == nil else { return nil }
    return pipeline!.cache.promise(tokens, after: place, by: record.request.sequence)
  }
}

extension SequenceRecord {
  /// Pages that may be shared: a last row is left to be computed, for its sample.
  fileprivate var sharablePages: Int { (tokens.count - 1) / Limits.tokensPerPage }
}

extension SequenceRecord.Run {
  /// Holds what another sequence computed.
  fileprivate mutating func take(shared block: BlockID, at node: NodeID) {
    blocks.append(block)
    cachedCount += Limits.tokensPerPage
    sentCount = cachedCount
    place = .node(node)
    publishedCount += 1
  }
}
