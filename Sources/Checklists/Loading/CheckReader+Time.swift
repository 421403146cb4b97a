import Language

/// The templates that follow time along a whole record.
extension CheckReader {
    func recurrence(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "recurrence") else { return nil }
        let of = mapping.required("of").flatMap { event($0) }
        let every = mapping.required("every").flatMap { limit($0) }
        let from = mapping.node("from").map { moment($0) } ?? Moment(parts: [.opened, .start])
        let untilNode = mapping.node("until")
        let until = untilNode.flatMap { moment($0) }
        let clock = clock(&mapping)
        close(&mapping)
        guard let of, let every, let from, untilNode == nil || until != nil else { return nil }
        return Recurrence(of: of, every: every, from: from, until: until, clock: clock)
    }
}
