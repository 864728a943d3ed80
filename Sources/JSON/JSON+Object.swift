extension JSON {
  /// Members in the order they were read or added, found by key in constant time.
  package struct Object: Sendable, Equatable {
    package typealias Member = (key: String, value: JSON)

    /// Up to this many members are searched one by one: quicker than hashing, and no table to keep.
    private static let scannedMax = 8

    private var members: [Member] = []
    private var places: [ObjectKey: Int] = [:]

    package init() {}

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    /// All members, in order.
    package var entries: [Member] { members }

    /// The value under `key`; `nil` if there is none. Setting `nil` removes, a new key goes to the end.
    package subscript(key: String) -> JSON? {
      get { place(of: key).map { members[$0].value } }
      set {
        switch (place(of: key), newValue) {
        case (let place?, let value?): members[place].value = value
        case (let place?, nil): remove(at: place)
        case (nil, let value?): append(key, value)
        case (nil, nil): break
        }
      }
    }

    /// Adds a member at the end; `false`, and no change, if its key is there already.
    package mutating func insert(_ key: String, _ value: JSON) -> Bool {
      guard place(of: key) == nil else { return false }
      append(key, value)
      return true
    }

    package static func == (left: Self, right: Self) -> Bool {
      left.members.elementsEqual(right.members) { one, other in
        ObjectKey(text: one.key) == ObjectKey(text: other.key) && one.value == other.value
      }
    }

    private func place(of key: String) -> Int? {
      let key = ObjectKey(text: key)
      if members.count > Self.scannedMax { return places[key] }
      return members.firstIndex { ObjectKey(text: $0.key) == key }
    }

    private mutating func append(_ key: String, _ value: JSON) {
      members.append((key, value))
      if members.count == Self.scannedMax + 1 {
        indexAll()
      } else if members.count > Self.scannedMax {
        places[ObjectKey(text: key)] = members.count - 1
      }
    }

    private mutating func remove(at place: Int) {
      members.remove(at: place)
      indexAll()
    }

    private mutating func indexAll() {
      places.removeAll(keepingCapacity: true)
      guard members.count > Self.scannedMax else { return }
      for (place, member) in members.enumerated() { places[ObjectKey(text: member.key)] = place }
    }
  }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
  /// Later members replace earlier ones of the same key.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    for (key, value) in elements { self[key] = value }
  }
}
