extension YAMLNode {
    /// Another text in the place of this node.
    package func saying(_ text: String, style: Style = .plain) -> YAMLNode {
        YAMLNode(kind: .scalar(text), style: style, source: source, line: line, column: column)
    }

    /// The entries of a mapping; none of anything else.
    package var entries: [Entry] {
        if case .mapping(let entries) = kind { entries } else { [] }
    }

    /// The elements of a list; none of anything else.
    package var elements: [YAMLNode] {
        if case .sequence(let elements) = kind { elements } else { [] }
    }

    /// The value at a key of a mapping.
    package subscript(key: String) -> YAMLNode? { entries.first { $0.key.text == key }?.value }

    /// The mapping with another value at a key that it has; without the key where there is none.
    package func with(_ key: String, _ value: YAMLNode?) -> YAMLNode {
        holding(
            .mapping(
                entries.compactMap { entry in
                    guard entry.key.text == key else { return entry }
                    return value.map { Entry(key: entry.key, value: $0) }
                }))
    }

    /// The mapping with a key under another name.
    package func renaming(_ key: String, to name: String) -> YAMLNode {
        holding(
            .mapping(
                entries.map { entry in
                    entry.key.text == key ? Entry(key: entry.key.saying(name, style: entry.key.style), value: entry.value) : entry
                }))
    }

    /// The list with another element at an index, or without it.
    package func with(_ index: Int, _ element: YAMLNode?) -> YAMLNode {
        holding(.sequence(elements.enumerated().compactMap { $0.offset == index ? element : $0.element }))
    }
}
