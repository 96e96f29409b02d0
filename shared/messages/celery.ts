/** Messages and problems of connections to Celery and of their tasks. */
import { defineMessages, defineProblems } from './define.ts';

const addressExample = 'Use an address such as redis://HOST:6379/0 or amqp://USER:PASSWORD@HOST:5672/VHOST.';
const submitAnyway = 'To submit the task anyway, use --any-name. A worker without the task will reject it.';
const workerMayReturn = 'If the worker returns, or the broker redelivers the task, the job continues.';

export const celeryProblem = defineProblems({
  'CONNECTION_FAILED/passwordRequired': {
    message: '{server} at {address} requires a password.',
    hint: 'Add it to the address: redis://:PASSWORD@HOST:PORT/0',
  },
  'CONNECTION_FAILED/loginRejected': {
    message: '{server} at {address} rejected the user name or the password.',
    hint: 'Correct them in the address.',
  },
  'CONNECTION_FAILED/noPermission': {
    message: '{server} at {address} denied a command that Jobdeck needs.',
    hint: 'Give the user the permissions of a Celery worker.',
  },
  'CONNECTION_FAILED/noDatabase': {
    message: '{server} at {address} has no database with this number.',
    hint: 'Correct the number at the end of the address.',
  },
  'CONNECTION_FAILED/noVirtualHost': {
    message: '{server} at {address} has no such virtual host, or the user has no access to it.',
    hint: 'Correct the end of the address: amqp://USER:PASSWORD@HOST:5672/VHOST',
  },
  'CONNECTION_FAILED/otherServer': {
    message: 'The server at {address} is not {server}.',
    hint: 'Check the host and the port, and whether the server requires TLS (rediss://, amqps://).',
  },
  'CONNECTION_FAILED/certificate': {
    message: 'The certificate of {server} at {address} is not trusted.',
    hint: 'Add ssl_ca_certs=FILE with the certificate of its authority to the address, or ssl_cert_reqs=none to skip the check.',
  },
  'CONNECTION_FAILED/noTls': {
    message: '{server} at {address} does not use TLS.',
    hint: 'Use an address without TLS: redis:// or amqp://',
  },
  'CONNECTION_FAILED/hostNotFound': {
    message: 'The host of {server} at {address} was not found.',
    hint: 'Check the host name, and that this machine can resolve it.',
  },
  'CONNECTION_FAILED/unreachable': {
    message: 'Could not reach {server} at {address}.',
    hint: 'Check that it is running and that the port is correct.',
  },
  'CONNECTION_FAILED/reset': {
    message: '{server} at {address} closed the connection.',
    hint: 'If this keeps happening, check whether the server requires TLS (rediss://, amqps://).',
  },
  'CONNECTION_FAILED/timeout': {
    message: '{server} at {address} did not respond in time.',
    hint: 'Check that this machine can reach it, and whether it requires TLS (rediss://, amqps://).',
  },
  'CONNECTION_FAILED/lost': {
    message: 'The connection to {server} at {address} was lost: {reason}',
    hint: 'Jobdeck keeps trying to reconnect.',
  },
  'CONNECTION_FAILED/closed': {
    message: 'The connection to {server} at {address} was closed.',
    hint: 'Jobdeck keeps trying to reconnect.',
  },
  'CONNECTION_FAILED/closedImmediately': {
    message: 'The connection to {server} at {address} was closed as soon as it was open.',
    hint: 'Jobdeck keeps trying to reconnect.',
  },
  'CONNECTION_FAILED/certificateFile': {
    message: 'Could not read the certificate file {file}.',
    hint: 'Correct ssl_ca_certs in the address.',
  },
  'CONNECTION_FAILED/connecting': {
    message: 'The connection to Celery is not open yet.',
    hint: 'Try again in a moment.',
  },
  'CONNECTION_FAILED/unexpected': {
    message: 'Could not connect to Celery: {reason}',
    hint: 'See daemon.log for details.',
  },
  'CONNECTION_FAILED/request': {
    message: 'The request to {server} failed: {reason}',
    hint: 'Check whether it arrived before you try again.',
  },
  'INVALID_REQUEST/brokerScheme': {
    message: 'The address of the broker has no scheme.',
    hint: addressExample,
  },
  'INVALID_REQUEST/brokerNotSupported': {
    message: 'Brokers of the type “{scheme}” are not supported. Jobdeck supports Redis and RabbitMQ.',
    hint: addressExample,
  },
  'INVALID_REQUEST/brokerAddress': {
    message: 'The address is not valid.',
    hint: addressExample,
  },
  'INVALID_REQUEST/redisDatabase': {
    message: '“{database}” is not the number of a Redis database.',
    hint: addressExample,
  },
  'INVALID_REQUEST/taskRequired': {
    message: 'To submit a job to Celery, specify a task by its name.',
    hint: 'Set “task”, and “args” and “kwargs” if the task has parameters.',
  },
  'INVALID_REQUEST/taskTime': {
    message: '“{text}” is not a valid time.',
    hint: 'Use a time such as 2026-11-25T09:00:00Z.',
  },
  'INVALID_REQUEST/brokerQueue': {
    message: 'RabbitMQ has no queue “{queue}”.',
    hint: 'Use a queue that a worker consumes from, or start the worker first so that it declares the queue.',
  },
  'UNKNOWN_TARGET/noWorkers': {
    message: 'The task “{task}” can’t be checked because no worker is running.',
    hint: 'Start a worker, or use --any-name to submit the task. It then waits for a worker.',
  },
  'UNKNOWN_TARGET/noTasks': {
    message: 'No worker has a task “{task}”.',
    hint: `The workers have no tasks. ${submitAnyway}`,
  },
  'UNKNOWN_TARGET/similarTask': {
    message: 'No worker has a task “{task}”.',
    hint: `Did you mean “{similar}”? ${submitAnyway}`,
  },
  'UNKNOWN_TARGET/task': {
    message: 'No worker has a task “{task}”.',
    hint: `The workers have: {tasks}. ${submitAnyway}`,
  },
  'ENGINE_NOT_CAPABLE/steps': {
    message: '{reason}',
    hint: 'Retry the task from the beginning.',
  },
  'ENGINE_NOT_CAPABLE/arguments': {
    message: '{reason}',
    hint: 'Submit the task again with its arguments.',
  },
  'ENGINE_NOT_CAPABLE/taskName': {
    message: 'The name of the task is not known.',
    hint: 'Submit the task again with its arguments.',
  },
  'ENGINE_NOT_CAPABLE/pool': {
    message: '{reason}',
    hint: 'Stop the worker, or wait until the task has finished.',
  },
  'ENGINE_NOT_CAPABLE/workerSilent': {
    message: 'The task could not be cancelled because worker {worker} does not respond.',
    hint: 'Start a worker and try again. It discards the task when it receives it.',
  },
  'ENGINE_NOT_CAPABLE/workersSilent': {
    message: 'The task could not be cancelled because no worker responds.',
    hint: 'Start a worker and try again. It discards the task when it receives it.',
  },
  'REMOTE_FAILED/task': {
    message: 'The task failed.',
  },
  'REMOTE_FAILED/explained': {
    message: '{exception}',
    hint: '{advice}',
  },
  'REMOTE_FAILED/rejected': {
    message: 'The worker rejected the task.',
  },
  'REMOTE_FAILED/notRegistered': {
    message: '{exception}',
    hint: 'No worker has a task with this name. Check its spelling, and that the worker imports its module.',
  },
  'REMOTE_FAILED/workerLost': {
    message: '{exception}',
    hint: 'The process that ran the task was killed or crashed, often because memory ran out. Check the logs of the worker and of the system.',
  },
  'REMOTE_FAILED/timeLimit': {
    message: '{exception}',
    hint: 'The task exceeded “task_time_limit” of its application.',
  },
  'REMOTE_FAILED/softTimeLimit': {
    message: '{exception}',
    hint: 'The task exceeded “task_soft_time_limit” of its application.',
  },
  'REMOTE_FAILED/maxRetries': {
    message: '{exception}',
    hint: 'The task was retried as often as “max_retries” allows.',
  },
  'WORKER_LOST/silent': {
    message: 'Worker {worker} has been silent for {silence:duration} and does not respond.',
    hint: workerMayReturn,
  },
  'WORKER_LOST/gone': {
    message: 'Worker {worker} is no longer running.',
    hint: workerMayReturn,
  },
  'WORKER_LOST/restarted': {
    message: 'Worker {worker} was restarted.',
    hint: workerMayReturn,
  },
  'WORKER_LOST/disconnected': {
    message: 'Worker {worker} lost its connection to the broker and gave up the task.',
    hint: workerMayReturn,
  },
  'ENDING_NOT_SEEN/running': {
    message: 'No worker has the task any more, and its outcome was not seen.',
    hint: 'Check the program that uses its result. Outcomes are always seen if Jobdeck can read the result backend.',
  },
  'ENDING_NOT_SEEN/waiting': {
    message: 'The task is no longer in a queue or at a worker. It was removed, or its outcome was not seen.',
    hint: 'Check the program that uses its result. Outcomes are always seen if Jobdeck can read the result backend.',
  },
});

const eventsOnly = 'Progress and results are not shown, only what events contain.';
const useRedis = 'Jobdeck can read result backends in Redis.';

export const celeryMessage = defineMessages({
  'celery.noWorkers': 'No worker replied. Tasks wait until a worker is started.',
  'celery.workers': { one: '1 worker replied.', other: '{count} workers replied.' },
  'celery.tasks': { one: '1 task is registered.', other: '{count} tasks are registered.' },
  'celery.resultBackendNotSet': `The address of the result backend (“resultBackend”) is not set. ${eventsOnly} ${useRedis}`,
  'celery.resultBackendNotSupported': `The result backend “{backend}” is not supported. ${eventsOnly} ${useRedis}`,
  'celery.resultBackendOther': `The application stores its results in “{backend}”, not in the configured result backend. ${eventsOnly} ${useRedis}`,
  'celery.resultBackendUnknown': `The application stores its results elsewhere, not in the configured result backend. ${eventsOnly} ${useRedis}`,
  'celery.noResultBackend': `The application stores no results. ${eventsOnly} ${useRedis}`,
  'celery.resultBackendInRedis':
    'The application stores its results in Redis. Set that address as “resultBackend” to show them.',
  'celery.resultDatabase':
    'The application stores its results in Redis database {actual}, but Jobdeck reads database {configured}. Set “resultBackend”. Until then, results are only shown as they arrive.',
  'celery.resultSerializer':
    'Results are not shown because they are serialized as “{serializer}”. Jobdeck reads only JSON.',
  'celery.taskSerializer':
    'Arguments are not shown because tasks are serialized as “{serializer}”. Jobdeck reads only JSON.',
  'celery.unreadableResults': 'Some results are not JSON and are not shown.',
  'celery.eventsCompressed': 'Some events are compressed ({compression}) and can’t be read.',
  'celery.eventsSerialized': 'Some events are serialized as “{serializer}” and can’t be read. Jobdeck reads only JSON.',
  'celery.eventsMalformed': 'Some events are not valid JSON and can’t be read.',
  'celery.noSteps': 'Celery tasks have no steps.',
  'celery.argumentsUnknown':
    'The arguments of the task are not known. Celery events contain them only as truncated text, unless the application sets “result_extended=True”.',
  'celery.argumentsCompressed': 'The arguments can’t be read because the message is compressed ({compression}).',
  'celery.argumentsSerialized':
    'The arguments can’t be read because the message is serialized as “{serializer}”. Jobdeck reads only JSON, because unpickling can run code.',
  'celery.argumentsMalformed': 'The arguments can’t be read because the message is not valid JSON.',
  'celery.poolCannotCancel': 'Worker {worker} runs tasks in a pool of type “{pool}”, which can’t stop a running task.',
  'celery.expired': 'The task expired before a worker was available.',
});
