import Language
import Timelines

/// A record of which nothing is told, to find the items that reward telling nothing.
///
/// It is judged twice, closed at once and closed after ten years, so that a limit on the time to closing is no reward.
enum SilentRecord {
    private static let years: Int64 = 10 * 365 * 86_400

    /// The descriptions of items, those that such a record passes marked.
    static func marked(
        _ items: [(description: ItemDescription, rule: Checklist.Rule)], _ matchers: EventMatchers
    ) -> [ItemDescription] {
        var passes = Array(repeating: true, count: items.count)
        for seconds in [0, years] {
            var timeline = timeline(closed: Instant(seconds: seconds), matchers)
            for index in items.indices where passes[index] {
                passes[index] = items[index].rule.check.judge(&timeline).verdict == .pass
            }
        }
        return zip(items, passes).map { item, passes in
            var description = item.description
            description.passesInSilence = passes
            return description
        }
    }

    private static func timeline(closed: Instant, _ matchers: EventMatchers) -> Timeline {
        var timeline = Timeline()
        timeline.source.record.opened = Instant(seconds: 0)
        timeline.source.record.closed = closed
        timeline.source.asOf = closed
        timeline.asOf = closed
        timeline.closed = closed
        timeline.hidden = Array(repeating: 0, count: matchers.words)
        timeline.bindings[Names.recordSlot] = timeline.source.recordValue
        BoundMatchers(matchers, ActivityTable([])).mark(&timeline)
        return timeline
    }
}
