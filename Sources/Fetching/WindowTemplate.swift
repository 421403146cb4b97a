import Language

/// A source's URL as the config has it, whose `{since}` and `{until}` are filled with the instants of a span of time.
struct WindowTemplate: Sendable {
    let text: String
    /// That a relative `file:` URL is relative to.
    let folder: String

    /// Whether it says where the span begins.
    var hasSince: Bool { text.contains("{since}") }

    /// Whether there is anything to fill.
    var isFilled: Bool { hasSince || text.contains("{until}") }

    /// Nil where it is no URL.
    func location(_ window: PullWindow) -> Source.Location? {
        let filled = text.replacing("{since}", with: percentEncoded(window.since.description))
            .replacing("{until}", with: percentEncoded(window.until.description))
        guard filled.hasPrefix("file:") else { return WebAddress(filled).map { .web($0) } }
        return .file(Source.path(percentDecoded(filled), configFolder: folder))
    }
}
