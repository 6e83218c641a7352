import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import { KAFKA_PORT } from './env.ts';
import { answers, run, startServer, until } from './process.ts';

const VERSION = '4.1.0';
const LOG4J = '2.24.3';
/** Any valid id will do for a cluster of one: 16 bytes in base64url. */
const CLUSTER_ID = 'aHVheGlhbmctdGVzdHMhIQ';
const CONTROLLER_PORT = KAFKA_PORT + 1;

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency>
<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
</dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>huaxiang</groupId><artifactId>services</artifactId><version>1</version>
<packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J)}
${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J)}
</dependencies>
</project>
`;

/** One node, broker and controller in one; topics are made by who needs them and by no accident. */
const properties = (data: string) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${CONTROLLER_PORT}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${KAFKA_PORT},CONTROLLER://127.0.0.1:${CONTROLLER_PORT}
log.dirs=${data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
`;

/** Fetches Kafka's jars with Maven when they are not there yet, formats the data directory and starts the broker. */
export async function startKafka(directory: string): Promise<void> {
  const home = `${directory}/kafka`;
  mkdirSync(home, { recursive: true });
  if (!existsSync(`${home}/lib`) || !readdirSync(`${home}/lib`).includes(`kafka_2.13-${VERSION}.jar`)) fetchJars(home);
  const config = `${home}/server.properties`;
  rmSync(`${home}/data`, { recursive: true, force: true });
  writeFileSync(config, properties(`${home}/data`));
  run('java', ['-cp', `${home}/lib/*`, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config]);
  startServer(directory, 'kafka', 'java', ['-Xmx512m', '-cp', `${home}/lib/*`, 'kafka.Kafka', config]);
  await until('an open port of Kafka', 60, () => answers(KAFKA_PORT));
  const kafka = new Kafka({ brokers: [`127.0.0.1:${KAFKA_PORT}`], logLevel: logLevel.NOTHING, retry: { retries: 10 } });
  const admin = kafka.admin();
  await admin.connect();
  await admin.listTopics();
  await admin.disconnect();
}

/** Maven leaves no half a jar under its name, and what is missing it fetches the next time. */
function fetchJars(home: string): void {
  console.log(`Kafka ${VERSION}: fetching its jars with Maven`);
  writeFileSync(`${home}/pom.xml`, POM);
  rmSync(`${home}/lib`, { recursive: true, force: true });
  run('mvn', ['-B', '-q', '-f', `${home}/pom.xml`, 'dependency:copy-dependencies', `-DoutputDirectory=${home}/lib`]);
}
