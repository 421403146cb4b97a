import Timelines

extension ChecklistTests {
    /// The activities of the events that its cases make up.
    package var mentionedActivities: Set<String> { Set(trials.flatMap(\.records).flatMap(\.events).map(\.activity)) }
}
