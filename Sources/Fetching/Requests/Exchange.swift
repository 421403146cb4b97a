import Language

/// An answer on its way: asked for, and not waited for yet.
final class Exchange: Sendable {
    enum Answer: Sendable {
        case ready(PageBody, Transfer.Head)
        case refused(Refusal)
    }

    private struct State {
        var task: Task<Answer, Never>?
        var current: PageBody?
        var isCancelled = false
    }

    private let state = Guarded(State())

    /// For one transfer that its starter waits for itself.
    init() {}

    /// Begins `work` at once.
    init(_ work: @escaping @Sendable (Exchange) async -> Answer) {
        let task = Task { await work(self) }
        state.withLock { $0.task = task }
    }

    /// Waits for the answer. A cancelled task ends the exchange.
    func answer() async -> Answer {
        guard let task = state.withLock({ $0.task }) else {
            return .refused(Refusal(RequestFailure("cancelled", "nothing was asked")))
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            cancel()
        }
    }

    /// Gives up the answer and what is still to come of it.
    func cancel() {
        let (task, current) = state.withLock { state in
            state.isCancelled = true
            return (state.task, state.current)
        }
        task?.cancel()
        current?.cancel()
    }

    /// Starts the transfer of one hop, unless the exchange was given up.
    func start(_ transfer: Transfer, on loop: TransferLoop) {
        let isCancelled = state.withLock { state in
            state.current = .transfer(transfer, loop)
            return state.isCancelled
        }
        if isCancelled {
            transfer.finish(TransferError(.cancelled, "the transfer was cancelled"))
        } else {
            loop.start(transfer)
        }
    }
}
