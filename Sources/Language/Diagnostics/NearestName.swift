/// The valid name that somebody probably meant, or nil where none is close: at most a third of the letters differ
/// (Damerau–Levenshtein distance, case aside). Ties go to the earlier candidate.
package func nearestName(to wrong: String, among candidates: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    for near in namesNear(to: wrong, among: candidates) where near.distance < best?.distance ?? Int.max { best = near }
    return best?.name
}

/// The one valid name that is close, nil where none is or several are: what may be written in the place of a wrong one
/// without asking.
package func onlyNearName(to wrong: String, among candidates: some Sequence<String>) -> String? {
    let near = Set(namesNear(to: wrong, among: candidates).map(\.name))
    return near.count == 1 ? near.first : nil
}

private func namesNear(to wrong: String, among candidates: some Sequence<String>) -> [(name: String, distance: Int)] {
    let wanted = Array(wrong.lowercased().unicodeScalars)
    guard wanted.count <= 64 else { return [] }
    return candidates.compactMap { candidate in
        let other = Array(candidate.lowercased().unicodeScalars)
        guard other.count <= 64 else { return nil }
        let distance = editDistance(wanted, other)
        return distance <= max(1, max(wanted.count, other.count) / 3) ? (candidate, distance) : nil
    }
}

/// The help line "did you mean 'x'?", or the valid names where there are few.
package func didYouMean(_ wrong: String, among candidates: [String]) -> String? {
    if let nearest = nearestName(to: wrong, among: candidates) { return "did you mean '\(nearest)'?" }
    guard !candidates.isEmpty, candidates.count <= 12 else { return nil }
    return "expected one of " + candidates.map { "'\($0)'" }.joined(separator: ", ")
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
