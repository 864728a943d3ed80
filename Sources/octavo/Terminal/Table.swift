/// Columns under a heading, as wide as their widest cell; numbers to the right.
struct Table {
  struct Column {
    var title: String
    var isNumber = false
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// - Precondition: one cell a column.
  mutating func add(_ row: [String]) {
    precondition(row.count == columns.count)
    rows.append(row)
  }

  var text: String {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = columns.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].isNumber ? padding + row[column] : row[column] + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
